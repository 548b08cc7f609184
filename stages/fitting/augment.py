"""Augmentation: training images moved about as handwriting is.

They are never flipped: a flipped 6 is no 6.
"""

from typing import Literal

import cv2
import numpy as np

from stages.core.rows import Rows
from stages.fitting.damage import damaged

Augment = Literal["none", "shift4", "affine", "robust"]

ROTATION = 10.0  # degrees either way
ZOOM = 0.1  # share of the size either way
SHIFT = 0.1  # share of the side either way
ONE_PIXEL = [(-1, 0), (1, 0), (0, -1), (0, 1)]  # up, down, left, right


def enlarged(rows: Rows, kind: Augment, seed: int, copies: int = 0) -> Rows:
    """The rows a fit starts from: with their four one-pixel shifts (`shift4`), or with so many
    random `copies` of each (else, for models that do not see the rows again every epoch)."""
    rng = np.random.default_rng(seed)
    if kind == "shift4":
        from scipy.ndimage import shift  # late: it takes a third of a second, and few shift

        parts = [rows.images, *(shift(rows.images, (0, *step), order=0) for step in ONE_PIXEL)]
    elif kind == "none":
        return rows
    else:
        parts = [rows.images, *(one_epoch(rows.images, kind, rng) for _ in range(copies))]
    times = len(parts)
    return Rows(np.concatenate(parts), np.tile(rows.labels, times), np.tile(rows.indices, times))


def one_epoch(images: np.ndarray, kind: Augment, rng: np.random.Generator) -> np.ndarray:
    """The images (n, height, width), uint8, as the next epoch is to see them."""
    if kind in ("none", "shift4"):
        return images
    moved = affine(images, rng)
    return damaged(moved, rng) if kind == "robust" else moved


def affine(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each image rotated, zoomed and shifted at random about its middle; background comes in."""
    moved = np.empty_like(images)
    height, width = images.shape[1:]
    for image, target, matrix in zip(images, moved, _matrices(images, rng), strict=True):
        cv2.warpAffine(image, matrix, (width, height), dst=target)
    return moved


def _matrices(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random affine map for each image, (n, 2, 3), in pixels."""
    n, height, width = images.shape
    angle = np.deg2rad(rng.uniform(-ROTATION, ROTATION, n))
    zoom = rng.uniform(1 - ZOOM, 1 + ZOOM, n)
    middle = np.array([width - 1, height - 1]) / 2
    shift = rng.uniform(-SHIFT, SHIFT, (n, 2)) * [width, height]
    matrices = np.empty((n, 2, 3))
    matrices[:, 0, 0] = matrices[:, 1, 1] = zoom * np.cos(angle)
    matrices[:, 0, 1] = zoom * np.sin(angle)
    matrices[:, 1, 0] = -matrices[:, 0, 1]
    matrices[:, :, 2] = middle + shift - matrices[:, :, :2] @ middle
    return matrices
