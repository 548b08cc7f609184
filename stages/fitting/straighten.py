"""Digits put straight before any model sees them: centred by their mass, their slant taken out.

Source of deskewing: LeCun, Bottou, Bengio, Haffner 1998, section III.A.
"""

import cv2
import numpy as np


def straighten(images: np.ndarray, steps: list[str]) -> np.ndarray:
    """The images (n, height, width), uint8, after the steps; without a step, the same array.

    `steps` may hold `centre` and `deskew`. Deskewing shears an image about its centre of mass until
    x and y of its ink are uncorrelated.
    """
    if not steps:
        return images
    height, width = images.shape[1:]
    centres, slants = _moments(images)
    middle = [(width - 1) / 2, (height - 1) / 2]
    goals = np.full_like(centres, middle) if "centre" in steps else centres
    # From a pixel of the result to the point of the image that it shows.
    matrices = np.tile(np.eye(2, 3), (len(images), 1, 1))
    if "deskew" in steps:
        matrices[:, 0, 1] = slants
    matrices[:, :, 2] = centres - np.einsum("nij,nj->ni", matrices[:, :, :2], goals)
    straight = np.empty_like(images)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    for image, target, matrix in zip(images, straight, matrices, strict=True):
        cv2.warpAffine(image, matrix, (width, height), dst=target, flags=flags)
    return straight


def _moments(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centre of mass (n, 2) as x, y, and slant (n,): how far x moves for a step of y.

    An image without ink has its centre in the middle and no slant.
    """
    n, height, width = images.shape
    y, x = (axis.ravel() for axis in np.mgrid[:height, :width].astype(np.float64))
    powers = np.stack([np.ones_like(x), x, y, x * y, y * y], axis=1)
    mass, x1, y1, xy, yy = (images.reshape(n, -1) @ powers).T
    inked = np.maximum(mass, 1)
    centres = np.where(
        mass[:, None] > 0, np.stack([x1, y1], 1) / inked[:, None], [x.mean(), y.mean()]
    )
    covariance = xy / inked - centres[:, 0] * centres[:, 1]
    variance = yy / inked - centres[:, 1] ** 2
    flat = (mass == 0) | (variance < 1e-6)
    return centres, np.where(flat, 0.0, covariance / np.where(flat, 1, variance))
