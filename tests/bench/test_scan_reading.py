import numpy as np

from stages.bench.scan_reading import LARGER, MARGIN, picture


def test_a_picture_is_the_digit_dark_larger_and_somewhere_on_the_paper(digits):
    image = digits.images[0]
    places = []
    rng = np.random.default_rng(0)
    for _ in range(5):
        paper = picture(image, rng)
        assert paper.size == (28 * LARGER + MARGIN, 28 * LARGER + MARGIN)
        ink = 255 - np.asarray(paper).astype(int)
        rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
        places.append((rows[0], columns[0]))
        cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        np.testing.assert_allclose(cut.sum(), image.astype(int).sum() * LARGER**2, rtol=0.03)
    assert len(set(places)) == 5
