import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline

from stages.comparing.suspicious import SHOWN, suspicious_labels, told_suspicious
from stages.core.rows import Rows

CLASSES = [str(digit) for digit in range(10)]


def judged(rows, labels):
    """The list and the numbers for the digits with these labels, by a model that saw others."""
    pixels = rows.images[:, ::2, ::2].reshape(len(labels), -1) / 255
    model = make_pipeline(PCA(30, random_state=0), LogisticRegression(C=0.1))
    told = cross_val_predict(model, pixels, labels, cv=4, method="predict_proba")
    given = rows._replace(labels=labels)
    half = {"validation": given.take(np.s_[:900]), "test": given.take(np.s_[900:])}
    return suspicious_labels(half, {"validation": told[:900], "test": told[900:]}, CLASSES)


def test_of_flipped_labels_the_list_is_right_and_the_share_close(digits):
    rng = np.random.default_rng(0)
    flipped = rng.random(len(digits.labels)) < 0.2
    moved = (digits.labels + rng.integers(1, 10, len(flipped))) % 10
    table, numbers = judged(digits, np.where(flipped, moved, digits.labels))
    assert len(table) == SHOWN
    assert flipped[table["index"]].mean() >= 0.9
    assert (table["predicted"].astype(int) == digits.labels[table["index"]]).mean() >= 0.9
    assert set(table["part"]) == {"validation", "test"}
    (line,) = numbers.itertuples()
    assert line.rows == len(digits.labels)
    assert line.share == pytest.approx(0.2, abs=0.05)
    assert line.suspicious / line.rows == pytest.approx(0.2, abs=0.05)


def test_of_clean_labels_hardly_any_is_suspicious(digits):
    _, numbers = judged(digits, digits.labels)
    assert numbers["suspicious"][0] <= 0.01 * len(digits.labels)


def test_by_hand():
    told = np.array([[0.9, 0.1], [0.7, 0.3], [0.1, 0.9], [0.2, 0.8], [0.9, 0.1]])
    rows = Rows(np.zeros((5, 28, 28), np.uint8), np.array([0, 0, 1, 1, 1]), np.arange(10, 15))
    # Means: 0.8 of class 0, 0.6 of class 1. Sure: none for row 1, class 0 for row 4.
    table, numbers = suspicious_labels({"test": rows}, {"test": told}, ["a", "b"])
    assert table.to_numpy().tolist() == [["test", 14, "b", "a", 0.1]]
    assert numbers.to_numpy().tolist() == [[5, 1, pytest.approx(1 / 3 * 3 / 5)]]
    told = "1 of the 5 validation and test labels looks wrong (estimated share of wrong labels: "
    assert told_suspicious(numbers) == f"{told}20.0 %)"
    assert told_suspicious(numbers * 0).startswith("none of the 0 ")
