import numpy as np
import pytest
from PIL import Image

from stages.reading.scan import as_digit
from stages.reading.upright import upright


def test_rows_of_mnists_form_keep_their_pixels(digits):
    images, blank = upright(digits.images[:9])
    np.testing.assert_array_equal(images, digits.images[:9])
    assert not blank.any()


@pytest.mark.parametrize("size", [(14, 14), (28, 40), (100, 60)])
def test_rows_of_another_size_are_pictures_of_a_digit(digits, size):
    rows = [np.asarray(Image.fromarray(image).resize(size[::-1])) for image in digits.images[:5]]
    images, blank = upright(np.stack([*rows, np.zeros(size, np.uint8)]))
    assert images.shape == (6, 28, 28)
    assert images.dtype == np.uint8
    assert blank.tolist() == [False] * 5 + [True]
    for found, row in zip(images, rows, strict=False):
        np.testing.assert_array_equal(found, as_digit(row))


def test_light_paper_is_turned_row_by_row(digits):
    mixed = digits.images[:4].copy()
    mixed[2] = 255 - mixed[2]
    np.testing.assert_array_equal(upright(mixed)[0], digits.images[:4])
