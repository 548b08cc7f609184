import numpy as np
from sklearn.utils.class_weight import compute_class_weight

from stages.fitting.weights import class_weights


def test_without_weights_there_are_none():
    assert class_weights(np.array([0, 1]), "none") is None


def test_balanced_weights_are_scikit_learns_and_their_mean_over_the_rows_is_1():
    labels = np.repeat([0, 1, 2], [1500, 12, 100])
    found = class_weights(labels, "balanced")
    expected = compute_class_weight("balanced", classes=np.arange(3), y=labels)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    np.testing.assert_allclose(found[labels].mean(), 1, rtol=1e-5)


def test_a_class_without_rows_takes_no_part():
    found = class_weights(np.array([0, 0, 0, 2]), "balanced")
    np.testing.assert_allclose(found[[0, 2]], [4 / 6, 4 / 2], rtol=1e-6)
    assert np.isfinite(found).all()
