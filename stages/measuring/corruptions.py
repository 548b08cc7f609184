"""What happens to digits on paper and in scanners; images are uint8 (n, height, width)."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import ndimage

from stages.measuring.metrics import interval


def shift(images: np.ndarray, pixels: float, rng: np.random.Generator) -> np.ndarray:
    """Each image moved by so many pixels up, down, left or right, drawn anew for each."""
    directions = np.array([(-1, 0), (1, 0), (0, -1), (0, 1)])
    steps = directions[rng.integers(len(directions), size=len(images))] * pixels
    return np.stack([ndimage.shift(*each, order=1) for each in zip(images, steps, strict=True)])


def rotation(images: np.ndarray, degrees: float, rng: np.random.Generator) -> np.ndarray:
    """Each image turned by the angle, to a side drawn for each."""
    angles = degrees * rng.choice([-1, 1], size=len(images))
    turn = partial(ndimage.rotate, reshape=False, order=1)
    return np.stack([turn(*each) for each in zip(images, angles, strict=True)])


def gaussian_noise(images: np.ndarray, deviation: float, rng: np.random.Generator) -> np.ndarray:
    """Normal noise added to each pixel; `deviation` is a share of the full range of ink."""
    from skimage.util import random_noise  # late: it takes a second, and only `probe` corrupts

    return _bytes(random_noise(images, "gaussian", rng=rng, var=deviation**2))


def salt_and_pepper(images: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """So large a share of the pixels made full ink or bare paper."""
    from skimage.util import random_noise

    return _bytes(random_noise(images, "s&p", rng=rng, amount=share))


def blur(images: np.ndarray, pixels: float, rng: np.random.Generator) -> np.ndarray:
    """A Gaussian blur with that standard deviation."""
    return ndimage.gaussian_filter(images, (0, pixels, pixels))


def occlusion(images: np.ndarray, side: float, rng: np.random.Generator) -> np.ndarray:
    """A square of bare paper, `side` pixels wide, laid over each image at a place drawn for it."""
    covered, side = images.copy(), int(side)
    height, width = images.shape[1:]
    tops = rng.integers(height - side + 1, size=len(images))
    lefts = rng.integers(width - side + 1, size=len(images))
    for image, top, left in zip(covered, tops, lefts, strict=True):
        image[top : top + side, left : left + side] = 0
    return covered


def inversion(images: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Ink and paper mixed with their opposites: 0.5 leaves nothing to see, 1 is the negative."""
    share = float(share)  # a whole number would have to fit into a byte
    return _bytes((images * (1 - share) + (255 - images) * share) / 255)


class Corruption(NamedTuple):
    """What is done to images, the unit of its strength, and the greatest that makes sense."""

    damage: Callable[[np.ndarray, float, np.random.Generator], np.ndarray]
    unit: str
    most: float = 1.0


CORRUPTIONS = {
    "shift": Corruption(shift, "pixels", 28),
    "rotation": Corruption(rotation, "degrees", 180),
    "gaussian_noise": Corruption(gaussian_noise, "standard deviation, share of full ink", 10),
    "salt_and_pepper": Corruption(salt_and_pepper, "share of the pixels"),
    "blur": Corruption(blur, "standard deviation, pixels", 28),
    "occlusion": Corruption(occlusion, "side of the square, pixels", 28),
    "inversion": Corruption(inversion, "share of the negative"),
}


def robustness(scores: np.ndarray, labels: np.ndarray, groups: pd.DataFrame) -> pd.DataFrame:
    """`groups`, whose images follow each other in equal numbers, with the accuracy of each, its
    Wilson 95 % interval and the number of `digits`."""
    rights = (scores.argmax(axis=1) == labels).reshape(len(groups), -1).sum(axis=1)
    digits = len(labels) // len(groups)
    low, high = zip(*(interval(int(right), digits) for right in rights), strict=True)
    return groups.assign(
        accuracy=rights / digits, accuracy_low=low, accuracy_high=high, digits=digits
    )


def _bytes(shares: np.ndarray) -> np.ndarray:
    return (shares * 255).round().clip(0, 255).astype(np.uint8)
