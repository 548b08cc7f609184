from itertools import product

import numpy as np
from click.testing import CliRunner
from scipy.ndimage import affine_transform

from stages.__main__ import commands
from stages.serving.averaging import MOVES, SIZES, TURNS, mean_score


def pixels(images):
    """Scores whose mean shows what was asked."""
    return images.reshape(len(images), -1).astype(np.float32)


def moved(image, turn, size):
    """By scipy: turned by so many degrees against the clock and resized about the middle."""
    c, s = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    back = np.array([[c, s], [-s, c]]).T / size
    middle = np.full(2, 13.5)
    return affine_transform(image.astype(float), back, middle - back @ middle, order=1)


def test_scores_are_the_mean_over_all_turns_and_sizes(digits):
    images = digits.images[:5]
    found = mean_score(pixels, images)
    assert found.dtype == np.float32
    for image, mean in zip(images, found, strict=True):
        expected = np.mean([moved(image, *move) for move in product(TURNS, SIZES)], axis=0)
        np.testing.assert_allclose(mean.reshape(28, 28), expected, atol=3)


def test_the_digit_itself_is_among_them_and_is_left_alone(digits):
    images = digits.images[:3].copy()
    asked = []
    mean_score(lambda each: asked.append(each) or pixels(each), images)
    assert len(asked) == len(MOVES)
    assert any((each == images).all() for each in asked)
    np.testing.assert_array_equal(images, digits.images[:3])


def test_the_help_says_how_slow_it_is():
    told = CliRunner().invoke(commands, ["predict", "--help"]).output
    assert f"{len(MOVES)} times as slow" in " ".join(told.split())
