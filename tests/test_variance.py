import numpy as np

from stages.variance import kept_variance


def test_shares_are_those_of_the_singular_values(digits):
    table = kept_variance(digits.images[:300])
    pixels = digits.images[:300].reshape(300, -1) / 255
    squares = np.linalg.svd(pixels - pixels.mean(axis=0), compute_uv=False) ** 2
    expected = squares.cumsum() / squares.sum()
    np.testing.assert_allclose(table["kept"][:200], expected[:200], atol=1e-9)
    assert table["components"].tolist() == list(range(1, len(table) + 1))
