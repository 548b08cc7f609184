import cv2
import numpy as np
import pytest

from stages.reading.whole import as_whole


def garment(seed, side=28):
    """A textured shirt that fills its black frame from top to bottom; bright."""
    rng = np.random.default_rng(seed)
    shape = np.zeros((28, 28), np.uint8)
    low, wide = rng.integers(6, 10), rng.integers(18, 22)
    corners = [(low, 0), (wide, 0), (27, 9), (24, 13), (wide, 9), (wide, 27), (low, 27), (low, 9)]
    cv2.fillPoly(shape, [np.array([*corners, (3, 13), (0, 9)])], 1)
    shirt = shape * rng.integers(120, 240, (28, 28)).astype(np.uint8)
    return cv2.resize(shirt, (side, side), interpolation=cv2.INTER_NEAREST)


@pytest.mark.parametrize("seed", range(5))
def test_28x28_bright_on_dark_comes_byte_for_byte_and_dark_on_light_is_turned(seed):
    np.testing.assert_array_equal(as_whole(garment(seed)), garment(seed))
    np.testing.assert_array_equal(as_whole(255 - garment(seed)), garment(seed))
    np.testing.assert_array_equal(as_whole(garment(seed, 28 * 5)), garment(seed))
    np.testing.assert_array_equal(as_whole(255 - garment(seed, 28 * 5)), garment(seed))


def test_what_is_bright_all_over_is_not_turned():
    bright = np.full((28, 28), 200, np.uint8)
    bright[5:23, 5:23] = 230
    np.testing.assert_array_equal(as_whole(bright), bright)


def test_a_pixel_is_the_mean_of_its_area_and_bands_of_background_make_a_square():
    fine = np.random.default_rng(0).integers(0, 80, (56, 112)).astype(np.uint8)
    fine[[0, -1]] = fine[:, [0, -1]] = 10
    found = as_whole(fine)
    assert (found[:7] == 10).all()
    assert (found[-7:] == 10).all()
    means = fine.reshape(14, 4, 28, 4).mean(axis=(1, 3))
    np.testing.assert_allclose(found[7:-7], means, atol=0.51)


@pytest.mark.parametrize("shape", [(8, 2), (2, 9), (1200, 3), (30, 30)])
def test_odd_shapes_and_blank_ones(shape):
    assert as_whole(np.full(shape, 70, np.uint8)) is None
    assert as_whole(np.eye(*shape, dtype=np.uint8) * 255).shape == (28, 28)
