import numpy as np
import pytest

from stages.measuring.calibration import brier, expected_calibration_error, reliability

# p(second class) of ten rows, none on the edge of a bin, and which class they are.
SECOND = np.array([0.05, 0.1, 0.35, 0.41, 0.45, 0.55, 0.62, 0.81, 0.95, 1.0])
LABELS = np.array([0, 0, 0, 1, 0, 1, 0, 1, 1, 1])
SCORES = np.stack([1 - SECOND, SECOND], axis=1).astype(np.float32)


def test_brier_score_by_hand():
    by_hand = np.mean(((SCORES - np.eye(2)[LABELS]) ** 2).sum(axis=1))
    assert brier(SCORES, LABELS) == pytest.approx(by_hand, abs=1e-6)


def test_calibration_error_by_hand():
    sure = np.maximum(SECOND, 1 - SECOND)
    right = (SECOND > 0.5) == LABELS
    gap = 0
    for low in np.arange(15) / 15:
        inside = (sure > low) & (sure <= low + 1 / 15)
        if inside.any():
            gap += inside.sum() / 10 * abs(sure[inside].mean() - right[inside].mean())
    assert gap > 0
    assert expected_calibration_error(SCORES, LABELS) == pytest.approx(gap, abs=1e-6)


def test_bins_hold_each_row_once():
    bins = reliability(SCORES, LABELS)
    assert bins["count"].sum() == 10
    assert (bins["confidence"] * bins["count"]).sum() == pytest.approx(SCORES.max(axis=1).sum())
    assert bins["confidence"].is_monotonic_increasing


def test_perfect_probabilities_have_no_error():
    certain = np.eye(3, dtype=np.float32)[[0, 1, 2, 1]]
    labels = np.array([0, 1, 2, 1])
    assert brier(certain, labels) == expected_calibration_error(certain, labels) == 0


def test_decision_values_have_none_of_it():
    values = SCORES * 7 - 3
    assert brier(values, LABELS) is expected_calibration_error(values, LABELS) is None
    assert reliability(values, LABELS).empty
    assert list(reliability(values, LABELS)) == ["confidence", "accuracy", "count"]
