"""Rows of pixels in the form of MNIST: 28 by 28, ink high on 0."""

import numpy as np

from stages.core.rows import SIDE
from stages.reading.scan import as_digit, border


def upright(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """uint8 (n, 28, 28) from uint8 (n, height, width), and which of them are blank, bool (n,).

    Rows of 28 by 28 pixels stay as they are, but for those of light paper; what these and rows of
    another size show is taken for a picture of one digit. A blank row's image means nothing.
    """
    blank = images.min(axis=(1, 2)) == images.max(axis=(1, 2))
    if images.shape[1:] == (SIDE, SIDE):
        light = (border(images) > 127).mean(axis=1) > 0.5
        redrawn = light & ~blank
        found = images.copy() if redrawn.any() else images
    else:
        redrawn = ~blank
        found = np.zeros((len(images), SIDE, SIDE), np.uint8)
    for row in np.flatnonzero(redrawn):
        image = as_digit(images[row])
        blank[row] = image is None
        found[row] = 0 if image is None else image
    return found, blank
