import cv2
import numpy as np
import pytest

from stages.reading.framing import framed, line_width
from stages.reading.scan import as_digit


@pytest.mark.parametrize("width", [10, 20, 40])
def test_the_width_of_a_line_is_told_for_a_digit_20_pixels_long(width):
    assert line_width(np.ones((200, width), np.float32)) == pytest.approx(width / 10, rel=0.2)


def test_the_centre_of_mass_comes_into_the_middle():
    ink = np.zeros((100, 60), np.float32)
    ink[:, :20] = ink[80:] = 1
    image = framed(ink, ink > 0) / 255
    for axis in (0, 1):
        along = image.sum(axis=1 - axis)
        assert abs(along @ np.arange(28) / along.sum() - 14) <= 0.51


def test_a_pens_thin_line_gets_the_width_of_mnists():
    picture = np.full((600, 600), 255, np.uint8)
    cv2.line(picture, (300, 60), (300, 540), 0, 4)
    image = as_digit(picture) / 255
    assert 1.5 < image[14].sum() < 2.5
    assert image[:, 14].max() == 1 or image[:, 13].max() == 1
