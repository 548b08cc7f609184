import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_predict

from stages.comparing.suspicious import share_wrong, suspicious

CLASSES = [f"digit {n}" for n in range(10)]


def asked(digits, wrong):
    """Labels of which a share is wrong, which those are, and probabilities out of sample."""
    rng = np.random.default_rng(0)
    flipped = rng.random(len(digits.labels)) < wrong
    labels = np.where(
        flipped, (digits.labels + rng.integers(1, 10, len(flipped))) % 10, digits.labels
    )
    pixels = digits.images[:, ::2, ::2].reshape(len(labels), -1)
    model = RandomForestClassifier(random_state=0)
    scores = cross_val_predict(model, pixels, labels, cv=5, method="predict_proba")
    return scores.astype(np.float32), labels, flipped


def test_a_fifth_of_wrong_labels_is_found(digits):
    scores, labels, flipped = asked(digits, wrong=0.2)
    table = suspicious(scores, labels, CLASSES)
    assert flipped[table["position"]].mean() > 0.9
    assert flipped[table["position"]].sum() > 0.7 * flipped.sum()
    assert share_wrong(scores, labels) == pytest.approx(flipped.mean(), abs=0.05)
    first = table.iloc[0]
    assert first["label"] == CLASSES[labels[first["position"]]]
    right = np.array(CLASSES)[digits.labels[table["position"]]]
    assert (table["suggested"] == right)[flipped[table["position"]]].mean() > 0.9


def test_where_all_labels_are_right_few_look_wrong(digits):
    scores, labels, _ = asked(digits, wrong=0)
    assert len(suspicious(scores, labels, CLASSES)) < 0.02 * len(labels)
    assert share_wrong(scores, labels) < 0.03


def test_the_least_likely_label_comes_first():
    scores = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.05, 0.95], [0.3, 0.7]], np.float32)
    table = suspicious(scores, np.array([0, 0, 0, 0, 1]), ["no", "yes"])
    assert table["position"].tolist() == [3, 2]
    assert table["suggested"].tolist() == ["yes", "yes"]
    assert table["probability"].tolist() == pytest.approx([0.05, 0.2])


def test_a_class_without_rows_is_suggested_to_nobody():
    scores = np.array([[0.1, 0.2, 0.7], [0.6, 0.3, 0.1], [0.1, 0.8, 0.1]], np.float32)
    assert suspicious(scores, np.array([0, 0, 1]), ["a", "b", "c"]).empty
