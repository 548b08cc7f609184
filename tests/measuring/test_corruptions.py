import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from stages.measuring.corruptions import CORRUPTIONS, robustness

GREY = np.full((50, 28, 28), 128, np.uint8)


def damaged(name, images, strength):
    return CORRUPTIONS[name].damage(images, strength, np.random.default_rng(0))


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_form_and_repetition(digits, name):
    images = digits.images[:20]
    strength = 8 if name == "occlusion" else 0.4
    once, again = (damaged(name, images, strength) for _ in range(2))
    assert once.dtype == np.uint8
    assert once.shape == images.shape
    np.testing.assert_array_equal(once, again)
    assert (once != images).any(axis=(1, 2)).mean() > 0.8


def test_a_shift_moves_every_pixel_as_far():
    image = np.zeros((40, 28, 28), np.uint8)
    image[:, 14, 14] = 200
    places = np.argwhere(damaged("shift", image, 3))[:, 1:] - 14
    assert {tuple(each) for each in places} == {(3, 0), (-3, 0), (0, 3), (0, -3)}


def test_a_quarter_turn_is_exact(digits):
    images = digits.images[:30]
    turned = damaged("rotation", images, 90)
    ways = [np.rot90(images, turns, axes=(1, 2)) for turns in (1, -1)]
    left, right = (np.abs(turned.astype(int) - way).max(axis=(1, 2)) <= 1 for way in ways)
    assert (left | right).all()
    assert left.any() and right.any()


def test_noise_has_the_deviation_that_it_is_given():
    noise = damaged("gaussian_noise", GREY, 0.1) / 255
    assert noise.std() == pytest.approx(0.1, rel=0.03)
    assert noise.mean() == pytest.approx(128 / 255, abs=0.003)


def test_salt_and_pepper_change_the_share_that_they_are_given():
    spoilt = damaged("salt_and_pepper", GREY, 0.2)
    assert set(np.unique(spoilt)) == {0, 128, 255}
    assert (spoilt != 128).mean() == pytest.approx(0.2, abs=0.01)
    assert (spoilt == 255).mean() == pytest.approx(0.1, abs=0.01)


def test_blur_keeps_the_ink_and_lowers_the_peak():
    point = np.zeros((1, 28, 28), np.uint8)
    point[0, 10:18, 10:18] = 240
    blurred = damaged("blur", point, 1.5)
    assert blurred.sum() == pytest.approx(point.sum(), rel=0.02)
    assert blurred.max() < 240


def test_occlusion_covers_one_square_inside_the_image():
    ink = np.full((60, 28, 28), 255, np.uint8)
    covered = damaged("occlusion", ink, 5) == 0
    assert (covered.sum(axis=(1, 2)) == 25).all()
    assert (covered.any(axis=1).sum(axis=1) == 5).all()


def test_inversion_goes_from_the_image_to_its_negative(digits):
    images = digits.images[:5]
    np.testing.assert_array_equal(damaged("inversion", images, 1), 255 - images)
    beyond = np.clip(510 - 3 * images.astype(int), 0, 255)
    np.testing.assert_array_equal(damaged("inversion", images, 2), beyond)
    assert np.unique(damaged("inversion", images, 0.5)).tolist() == [128]


GROUPS = pd.DataFrame({"corruption": ["none", "blur"], "strength": [0.0, 1.5]})


def test_accuracy_of_each_group_with_its_wilson_interval():
    labels = np.tile([0, 1, 1, 0, 1], 2)
    scores = np.eye(2)[[0, 1, 1, 0, 1, 1, 1, 0, 0, 1]]
    table = robustness(scores, labels, GROUPS)
    assert table["corruption"].tolist() == ["none", "blur"]
    assert table["accuracy"].tolist() == [1, 0.6]
    assert table["digits"].tolist() == [5, 5]
    ends = table.loc[1, "accuracy_low"], table.loc[1, "accuracy_high"]
    assert ends == pytest.approx(proportion_confint(3, 5, method="wilson"))
