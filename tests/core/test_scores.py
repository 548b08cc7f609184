import math

import numpy as np
import pytest
from sklearn import metrics

from stages.core.scores import accuracy, are_probabilities, log_loss, loss_and_accuracy

LABELS = np.array([0, 0, 1, 2])
SURE = np.float32([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8]])


def test_four_rows_by_hand():
    assert accuracy(SURE, LABELS) == 0.75
    by_hand = -(2 * math.log(0.8) + math.log(0.1) + math.log(0.7)) / 4
    assert log_loss(SURE, LABELS) == pytest.approx(by_hand, abs=1e-6)


def test_log_loss_is_scikit_learns_also_where_a_label_has_no_probability():
    rng = np.random.default_rng(0)
    scores = rng.dirichlet(np.full(10, 0.2), 500).astype(np.float32)
    labels = rng.integers(10, size=500)
    scores[:20] = np.eye(10, dtype=np.float32)[(labels[:20] + 1) % 10]
    exact = scores / scores.sum(axis=1, keepdims=True, dtype=np.float64)
    oracle = metrics.log_loss(labels, exact, labels=np.arange(10))
    assert log_loss(scores, labels) == pytest.approx(oracle, rel=1e-12)


def test_decision_values_have_no_log_loss():
    decisions = SURE * 10 - 3
    assert not are_probabilities(decisions)
    assert loss_and_accuracy(decisions, LABELS) == (None, 0.75)
