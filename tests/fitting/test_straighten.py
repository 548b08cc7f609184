import numpy as np
import pytest
from scipy.ndimage import center_of_mass

from stages.fitting.straighten import straighten


def slant(image):
    """Covariance of x and y of the ink, over the variance of y: by hand."""
    y, x = np.mgrid[: image.shape[0], : image.shape[1]]
    weight = image / image.sum()
    mx, my = (weight * x).sum(), (weight * y).sum()
    return (weight * (x - mx) * (y - my)).sum() / (weight * (y - my) ** 2).sum()


def test_no_step_is_the_same_array(digits):
    assert straighten(digits.images, []) is digits.images


def test_centring_puts_the_mass_in_the_middle(digits):
    for image in straighten(digits.images[:50], ["centre"]):
        np.testing.assert_allclose(center_of_mass(image), [13.5, 13.5], atol=0.15)


def test_deskewing_takes_the_slant_out_and_keeps_the_centre(digits):
    before, after = digits.images[:50], straighten(digits.images[:50], ["deskew"])
    assert max(abs(slant(image)) for image in before) > 0.3
    assert max(abs(slant(image)) for image in after) < 0.1
    for old, new in zip(before, after, strict=True):
        np.testing.assert_allclose(center_of_mass(new), center_of_mass(old), atol=0.3)


# An upright line in the middle, no ink at all, a single row of it.
@pytest.mark.parametrize("ink", [np.s_[5:24, 14], np.s_[:0, :0], np.s_[14, 10:19]])
def test_what_is_straight_stays(ink):
    images = np.zeros((1, 29, 29), np.uint8)
    images[0][ink] = 200
    np.testing.assert_array_equal(straighten(images, ["centre", "deskew"]), images)
