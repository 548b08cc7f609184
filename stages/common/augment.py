"""Augmentation: training images moved about as handwriting is.

They are never flipped: a flipped 6 is no 6.
"""

from typing import Literal

import cv2
import numpy as np

Augment = Literal["none", "affine"]

ROTATION = 10.0  # degrees either way
ZOOM = 0.1  # share of the size either way
SHIFT = 0.1  # share of the side either way


def augment(images: np.ndarray, kind: Augment, rng: np.random.Generator) -> np.ndarray:
    """The images (n, height, width), uint8, as one epoch is to see them; the input is untouched."""
    return affine(images, rng) if kind == "affine" else images


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
