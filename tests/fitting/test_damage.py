import numpy as np
import pytest

from stages.fitting.damage import DAMAGE, UNTOUCHED, damaged
from stages.measuring.corruptions import CORRUPTIONS


@pytest.fixture
def images(digits):
    return digits.images[:400]


def test_about_half_of_the_images_stay_as_they_are(images):
    before = images.copy()
    result = damaged(images, np.random.default_rng(0))
    same = (result == images).all(axis=(1, 2)).mean()
    assert abs(same - UNTOUCHED) < 0.1  # a few are damaged where nothing is to be seen
    assert (result.shape, result.dtype) == (images.shape, np.uint8)
    np.testing.assert_array_equal(images, before)


def test_it_is_seeded(images):
    first, again, other = (damaged(images, np.random.default_rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any(axis=(1, 2)).mean() > 0.6


@pytest.mark.parametrize("name", DAMAGE)
def test_each_kind_changes_images_and_leaves_the_digit_to_be_seen(name, images):
    worse = DAMAGE[name](images.astype(np.float32), np.random.default_rng(0))
    assert worse.shape == images.shape
    flat = [each.reshape(len(images), -1) for each in (images, worse)]
    alike = [np.corrcoef(*pair)[0, 1] for pair in zip(*flat, strict=True)]
    assert 0.4 < np.mean(alike) < 0.97


def test_nothing_that_the_report_tries_is_learnt():
    assert not set(DAMAGE) & set(CORRUPTIONS)


def test_one_image_at_the_edge_of_the_greys_stays_within_them():
    for shade in (0, 255):
        result = damaged(np.full((200, 28, 28), shade, np.uint8), np.random.default_rng(1))
        assert result.dtype == np.uint8  # 256 does not come round as 0: greys near the shade remain
        untouched = (result == shade).all(axis=(1, 2))
        assert untouched.any()
        assert abs(np.median(result.astype(int)) - shade) < 30
