import math

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report

from stages.measuring.metrics import METRICS, numbers, tracked

# Ten rows of three classes, small enough to count by hand: 7 of 10 right.
LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
PREDICTED = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 0])
SURE = np.full((10, 3), 0.1, np.float32)
SURE[np.arange(10), PREDICTED] = 0.8


def test_ten_rows_by_hand():
    found = numbers(SURE, LABELS)
    assert found["accuracy"] == 0.7
    # Precisions 3/4, 2/3, 2/3; recalls 3/4, 2/3, 2/3; so F1 is the same.
    assert found["precision"] == found["recall"] == found["f1"] == pytest.approx(25 / 36, abs=1e-6)
    assert found["log_loss"] == pytest.approx(
        -(7 * math.log(0.8) + 3 * math.log(0.1)) / 10, abs=1e-6
    )


def test_the_wilson_interval_follows_its_formula():
    found = numbers(SURE, LABELS)
    n, share, z = 10, 0.7, 1.959963984540054
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    assert found["accuracy_low"] == pytest.approx(middle - reach, abs=1e-6)
    assert found["accuracy_high"] == pytest.approx(middle + reach, abs=1e-6)


def test_agrees_with_scikit_learn_on_real_digits():
    images, labels = load_digits(return_X_y=True)
    model = LogisticRegression(max_iter=500).fit(images[:300] / 16, labels[:300])
    probabilities = model.predict_proba(images[300:] / 16).astype(np.float32)
    found = numbers(probabilities, labels[300:])
    oracle = classification_report(labels[300:], probabilities.argmax(1), output_dict=True)
    assert found["accuracy"] == pytest.approx(oracle["accuracy"], abs=1e-6)
    for name, theirs in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
        assert found[name] == pytest.approx(oracle["macro avg"][theirs], abs=1e-6)


def test_decision_values_have_no_log_loss():
    decisions = SURE * 10 - 3
    assert not {"log_loss", "brier", "ece"} & set(numbers(decisions, LABELS))


def test_a_class_that_is_never_predicted_counts_as_zero_not_as_an_error():
    never = np.tile(np.float32([0.6, 0.4, 0.0]), (10, 1))
    assert numbers(never, LABELS)["recall"] == pytest.approx(1 / 3, abs=1e-6)


def test_every_entry_of_the_table_is_measured():
    assert list(numbers(SURE, LABELS)) == [metric.key for metric in METRICS]


def test_dvc_is_shown_few_numbers_under_the_same_keys():
    measured = {split: numbers(SURE, LABELS) for split in ("validation", "test")}
    assert tracked(measured) == {
        "test": {key: measured["test"][key] for key in ("accuracy", "log_loss")},
        "validation": {"accuracy": 0.7},
    }
