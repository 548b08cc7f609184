"""Ink to the form of MNIST: 20 pixels long, in the middle of 28x28, with lines of its width.

MNIST's own steps (source: http://yann.lecun.com/exdb/mnist/): the digit's longer side is scaled to
20 pixels, and its centre of mass put in the middle of 28x28. Thin lines are thickened before.
"""

import cv2
import numpy as np

from stages.core.rows import SIDE
from stages.reading.idx import BOX
from stages.reading.ink import CORE

MIDDLE = 14.0  # row and column of the mean centre of mass of MNIST
FINE = 200  # longer side in pixels of a digit while it is worked upon
THIN, STROKE = 1.4, 2.0  # widths of a line when the digit is 20 pixels long: too thin, and wanted


def framed(ink: np.ndarray, core: np.ndarray) -> np.ndarray:
    """uint8 (28, 28): the ink (height, width) of 0..1 inside the box of `core`, as MNIST has it."""
    rows, columns = (np.flatnonzero(core.any(axis=axis)) for axis in (1, 0))
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    small = resized(_thickened(resized(box, min(FINE, max(box.shape)))), BOX)
    small = small / max(small.max(), 1e-6)
    image = np.zeros((SIDE, SIDE), np.uint8)
    top, left = (_start(small.sum(axis=axis)) for axis in (1, 0))
    height, width = small.shape
    image[top : top + height, left : left + width] = (small * 255).round()
    return image


def _start(mass: np.ndarray) -> int:
    """Where ink begins, along one axis, so that its centre of mass comes next to the middle."""
    centre = (mass @ np.arange(len(mass))) / mass.sum()
    return int(np.clip(round(MIDDLE - centre), 0, SIDE - len(mass)))


def _thickened(ink: np.ndarray) -> np.ndarray:
    """A pen's thin line would fade when made small: it gets about the width of MNIST's lines."""
    unit, width = max(ink.shape) / BOX, line_width(ink > CORE)
    radius = round((STROKE - width) / 2 * unit)
    if width >= THIN or radius < 1:
        return ink
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    padded = cv2.copyMakeBorder(ink, *[radius] * 4, cv2.BORDER_CONSTANT, value=0)
    return cv2.dilate(padded, disc)


def line_width(ink: np.ndarray) -> float:
    """The width of the lines of ink, 0..1 (height, width), were its longer side 20 pixels."""
    mask = np.pad((ink > CORE).astype(np.uint8), 1)
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    inside = inside[inside > 0]
    # Over a line of width w the mean distance to its edges is w / 4.
    return 4 * float(inside.mean()) * BOX / max(ink.shape) if len(inside) else 0.0


def resized(picture: np.ndarray, longer: int) -> np.ndarray:
    """The picture with its longer side made so many pixels; each pixel is the mean of its area."""
    scale = longer / max(picture.shape)
    height, width = (max(1, round(side * scale)) for side in picture.shape)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(picture, (width, height), interpolation=method)


def border(images: np.ndarray) -> np.ndarray:
    """The outermost pixels (..., 2 height + 2 width) of images (..., height, width)."""
    sides = (images[..., 0, :], images[..., -1, :], images[..., :, 0], images[..., :, -1])
    return np.concatenate(sides, axis=-1)
