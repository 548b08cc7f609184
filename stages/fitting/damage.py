"""What else happens to a picture of a digit: noise, blur, fog, stripes and stains, at random.

Networks that have seen some of it answer better when they meet more. None of it is what the report
tries them with (stages/measuring/corruptions.py): that would measure how well they remember.
Images are float32 (n, height, width) with ink from 0 to 255.
"""

from collections.abc import Callable

import cv2
import numpy as np

UNTOUCHED = 0.5  # share of the images that stay as they are
FULL = 255


def damaged(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The images, uint8, a random share of them damaged, each in one way that is drawn for it."""
    result, chances = images.copy(), rng.random(len(images))
    kinds = rng.integers(len(DAMAGE), size=len(images))
    for number, damage in enumerate(DAMAGE.values()):
        rows = np.flatnonzero((chances >= UNTOUCHED) & (kinds == number))
        if len(rows):
            worse = damage(images[rows].astype(np.float32), rng)
            result[rows] = worse.round().clip(0, FULL).astype(np.uint8)
    return result


def uniform_noise(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise of one amplitude an image added to every pixel."""
    amplitude = rng.uniform(0, FULL, (len(images), 1, 1))
    return images + amplitude * rng.uniform(-1, 1, images.shape)


def confetti(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Up to half of the pixels replaced by greys."""
    replaced = rng.random(images.shape) < rng.uniform(0, 0.5, (len(images), 1, 1))
    return np.where(replaced, rng.uniform(0, FULL, images.shape), images)


def box_blur(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The mean over a box of 1 to 7 pixels each way."""
    sizes = rng.integers(1, 8, (len(images), 2)).tolist()
    return np.stack([cv2.blur(image, size) for image, size in zip(images, sizes, strict=True)])


def fog(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A bank of fog, denser here than there, that hides up to all but a fifth of the contrast."""
    n, height, width = images.shape
    coarse = rng.uniform(0, FULL, (n, 4, 4)).astype(np.float32)
    bank = np.stack([cv2.resize(each, (width, height)) for each in coarse])
    share = rng.uniform(0, 0.8, (n, 1, 1))
    return images * (1 - share) + bank * share


def stripes(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Parallel lines, as of ruled paper, at any angle, distance, width and shade."""
    n, height, width = images.shape
    angle, shade = rng.uniform(0, np.pi, (n, 1, 1)), rng.uniform(0, FULL, (n, 1, 1))
    period, line = rng.uniform(4, 14, (n, 1, 1)), rng.uniform(0.5, 2, (n, 1, 1))
    y, x = np.mgrid[:height, :width]
    across = x * np.cos(angle) + y * np.sin(angle) + rng.uniform(0, 14, (n, 1, 1))
    return np.where(across % period < line, shade, images)


def stain(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An ellipse of one shade, up to half as wide and as high as the image."""
    n, height, width = images.shape
    y, x = np.mgrid[:height, :width]
    middle = rng.uniform(0, 1, (2, n, 1, 1)) * np.array([height, width]).reshape(2, 1, 1, 1)
    radius = rng.uniform(2, 7, (2, n, 1, 1))
    inside = ((y - middle[0]) / radius[0]) ** 2 + ((x - middle[1]) / radius[1]) ** 2 < 1
    shade = np.where(rng.random((n, 1, 1)) < 0.5, 0, rng.uniform(0, FULL, (n, 1, 1)))
    return np.where(inside, shade, images)


DAMAGE: dict[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
    each.__name__: each for each in (uniform_noise, confetti, box_blur, fog, stripes, stain)
}
