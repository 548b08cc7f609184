import numpy as np

from stages.serving.onnx_runtime import Comparison, compare

EXPECTED = np.array([[0.6, 0.4], [0.50001, 0.49999], [0.1, 0.9]])


def test_the_same_scores_differ_in_nothing():
    assert compare(EXPECTED, np.array([0, 0, 1]), EXPECTED, 1e-4) == (0, 0, 0)


def test_another_label_is_a_tie_only_where_both_are_as_good():
    scores = EXPECTED + np.array([[0, 0], [-1e-5, 1e-5], [0, 0]])
    found = compare(scores, np.array([0, 1, 1]), EXPECTED, 1e-4)
    np.testing.assert_allclose(found, Comparison(1e-5, 1, 1))
    found = compare(EXPECTED, np.array([1, 1, 0]), EXPECTED, 1e-4)
    assert found == Comparison(0, 3, 1)


def test_scores_beyond_1_are_compared_by_their_ratio():
    found = compare(np.array([[101.0, 3.0]]), np.array([0]), np.array([[100.0, 3.0]]), 1e-4)
    np.testing.assert_allclose(found.worst, 0.01)
