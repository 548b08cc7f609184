"""Pictures of one digit each (scans, photographs, drawings) to the form of MNIST.

MNIST's own steps (source: http://yann.lecun.com/exdb/mnist/): the digit's longer side is scaled to
20 pixels, and its centre of mass put in the middle of 28x28. Before them come those that other
pictures need: paper and its lighting are taken away, ink made 255, specks dropped, thin lines
thickened.
"""

import cv2
import numpy as np

from stages.core.rows import SIDE
from stages.reading.idx import BOX
from stages.reading.ink import CORE, FAINT, find_ink

MIDDLE = 14.0  # row and column of the mean centre of mass of MNIST
SMALL, LARGE = 150, 1000  # longer side in pixels of a picture while it is worked upon
FINE = 200  # and of its digit
THIN, STROKE = 1.4, 2.0  # widths of a line when the digit is 20 pixels long: too thin, and wanted


def upright(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """uint8 (n, 28, 28) from uint8 (n, height, width), and which of them are blank, bool (n,).

    Rows of 28 by 28 pixels stay as they are, but for those of light paper; what these and rows of
    another size show is taken for a picture of one digit. A blank row's image means nothing.
    """
    blank = images.min(axis=(1, 2)) == images.max(axis=(1, 2))
    if images.shape[1:] == (SIDE, SIDE):
        found, pictures = images.copy(), (border(images) > 127).mean(axis=1) > 0.5
    else:
        found, pictures = np.zeros((len(images), SIDE, SIDE), np.uint8), True
    for row in np.flatnonzero(pictures & ~blank):
        image = as_digit(images[row])
        blank[row] = image is None
        found[row] = 0 if image is None else image
    return found, blank


def as_digit(greys: np.ndarray) -> np.ndarray | None:
    """uint8 (28, 28), ink high on 0, for a uint8 picture (height, width); None if it is blank.

    What has MNIST's form already, or had it but for dark ink on light paper, keeps its pixels.
    """
    for image in (greys, 255 - greys):
        if is_digit(image):
            return image
    found = find_ink(_resized(greys, int(np.clip(max(greys.shape), SMALL, LARGE))))
    return None if found is None else framed(*found)


def is_digit(image: np.ndarray) -> bool:
    """Whether a uint8 picture is 28x28 with bright ink inside of a frame of dark paper."""
    if image.shape != (SIDE, SIDE):
        return False
    return bool(border(image).max() <= FAINT and image.max() >= 128)


def border(images: np.ndarray) -> np.ndarray:
    """The outermost pixels (..., 2 height + 2 width) of images (..., height, width)."""
    sides = (images[..., 0, :], images[..., -1, :], images[..., :, 0], images[..., :, -1])
    return np.concatenate(sides, axis=-1)


def framed(ink: np.ndarray, core: np.ndarray) -> np.ndarray:
    """uint8 (28, 28): the ink (height, width) of 0..1 inside the box of `core`, as MNIST has it."""
    rows, columns = (np.flatnonzero(core.any(axis=axis)) for axis in (1, 0))
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    small = _resized(_thickened(_resized(box, min(FINE, max(box.shape)))), BOX)
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
    mask = np.pad((ink > CORE).astype(np.uint8), 1)
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    inside = inside[inside > 0]
    unit = max(ink.shape) / BOX
    # Over a line of width w the mean distance to its edges is w / 4.
    width = 4 * inside.mean() / unit if len(inside) else 0
    radius = round((STROKE - width) / 2 * unit)
    if width >= THIN or radius < 1:
        return ink
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    padded = cv2.copyMakeBorder(ink, *[radius] * 4, cv2.BORDER_CONSTANT, value=0)
    return cv2.dilate(padded, disc)


def _resized(picture: np.ndarray, longer: int) -> np.ndarray:
    """The picture with its longer side made so many pixels; each pixel is the mean of its area."""
    scale = longer / max(picture.shape)
    height, width = (max(1, round(side * scale)) for side in picture.shape)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(picture, (width, height), interpolation=method)
