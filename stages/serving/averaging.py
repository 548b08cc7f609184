"""The mean answer to a digit and to what it is when it is turned or of another size."""

from collections.abc import Callable
from itertools import product

import cv2
import numpy as np

from stages.core.rows import SIDE

TURNS = (-15, -7.5, 0, 7.5, 15)  # degrees
SIZES = (0.9, 1, 1.1)  # times its own
MIDDLE = ((SIDE - 1) / 2, (SIDE - 1) / 2)
MOVES = [cv2.getRotationMatrix2D(MIDDLE, turn, size) for turn, size in product(TURNS, SIZES)]


def mean_score(score: Callable[[np.ndarray], np.ndarray], images: np.ndarray) -> np.ndarray:
    """Float32 (n, classes): the mean of what `score` gives for images (n, 28, 28), uint8, moved in
    each of these ways about the middle; background comes in."""
    return np.mean([score(_moved(images, move)) for move in MOVES], axis=0, dtype=np.float32)


def _moved(images: np.ndarray, move: np.ndarray) -> np.ndarray:
    return np.stack([cv2.warpAffine(image, move, (SIDE, SIDE)) for image in images])
