import math

import numpy as np
import pytest

from stages.measuring.metrics import METRICS, numbers, reliability, tracked

# Ten rows of three classes, small enough to count by hand: 7 of 10 right.
LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
PREDICTED = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 0])
SURE = np.full((10, 3), 0.1, np.float32)
SURE[np.arange(10), PREDICTED] = 0.8

# p(second class) of ten rows, none on the edge of a bin, and which class they are.
SECOND = np.array([0.05, 0.1, 0.35, 0.41, 0.45, 0.55, 0.62, 0.81, 0.95, 1.0])
IS_SECOND = np.array([0, 0, 0, 1, 0, 1, 0, 1, 1, 1])
UNSURE = np.stack([1 - SECOND, SECOND], axis=1).astype(np.float32)


def near(value):
    return pytest.approx(value, abs=1e-6)


def test_ten_rows_by_hand():
    found = numbers(SURE, LABELS)
    assert found["accuracy"] == 0.7
    # Precisions 3/4, 2/3, 2/3; recalls 3/4, 2/3, 2/3; so F1 is the same.
    assert found["precision"] == found["recall"] == found["f1"] == near(25 / 36)
    assert found["log_loss"] == near(-(7 * math.log(0.8) + 3 * math.log(0.1)) / 10)


def test_the_wilson_interval_follows_its_formula():
    found = numbers(SURE, LABELS)
    n, share, z = 10, 0.7, 1.959963984540054
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    assert (found["accuracy_low"], found["accuracy_high"]) == near((middle - reach, middle + reach))


def test_a_class_that_is_never_predicted_counts_as_zero_not_as_an_error():
    found = numbers(np.tile(np.float32([0.6, 0.4, 0.0]), (10, 1)), LABELS)
    # Four of ten are of the first class; its F1 is 2 * 4 / (10 + 4).
    assert found["precision"] == near(0.4 / 3)
    assert found["recall"] == near(1 / 3)
    assert found["f1"] == near(8 / 14 / 3)


def test_brier_score_and_calibration_error_by_hand():
    sure, right = np.maximum(SECOND, 1 - SECOND), (SECOND > 0.5) == IS_SECOND
    gap = 0
    for low in np.arange(15) / 15:
        inside = (sure > low) & (sure <= low + 1 / 15)
        if inside.any():
            gap += inside.sum() / 10 * abs(sure[inside].mean() - right[inside].mean())
    assert gap > 0
    found = numbers(UNSURE, IS_SECOND)
    assert found["ece"] == near(gap)
    assert found["brier"] == near(np.mean(((UNSURE - np.eye(2)[IS_SECOND]) ** 2).sum(axis=1)))
    perfect = numbers(np.eye(2, dtype=np.float32)[IS_SECOND], IS_SECOND)
    assert perfect["brier"] == perfect["ece"] == 0


def test_bins_hold_each_row_once():
    bins = reliability(UNSURE, IS_SECOND)
    assert bins["count"].sum() == 10
    assert (bins["confidence"] * bins["count"]).sum() == pytest.approx(UNSURE.max(axis=1).sum())
    assert bins["confidence"].is_monotonic_increasing


def test_all_is_measured_and_rounded_but_what_decision_values_cannot_tell():
    every = [metric.key for metric in METRICS]
    found, decisions = numbers(SURE, LABELS), SURE * 10 - 3
    assert list(found) == every
    assert all(value == round(value, 6) for value in found.values())
    assert set(every) - set(numbers(decisions, LABELS)) == {"log_loss", "brier", "ece"}
    assert reliability(decisions, LABELS).empty
    assert list(reliability(decisions, LABELS)) == ["confidence", "accuracy", "count"]


def test_dvc_is_shown_few_numbers_under_the_same_keys():
    measured = {split: numbers(SURE, LABELS) for split in ("validation", "test")}
    assert tracked(measured) == {
        "test": {key: measured["test"][key] for key in ("accuracy", "log_loss")},
        "validation": {"accuracy": 0.7},
    }
