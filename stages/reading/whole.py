"""Pictures that are kept whole, such as of clothes or icons, to 28x28 pixels."""

import cv2
import numpy as np

from stages.core.rows import SIDE
from stages.reading.framing import border, resized


def as_whole(greys: np.ndarray) -> np.ndarray | None:
    """uint8 (28, 28) from a uint8 picture (height, width), bright on dark; None if it is blank.

    It is turned dark for light where its border's median grey is light, and the border lighter than
    the whole on the average. Its longer side becomes 28 pixels, each the mean of its area, and
    bands of its border's median grey make a square of it. What is 28x28 and needs no turning stays
    as it is.
    """
    if greys.min() == greys.max():
        return None
    edge = border(greys)
    if np.median(edge) > 127 and edge.mean() > greys.mean():
        greys, edge = 255 - greys, 255 - edge
    small = resized(greys, SIDE)
    missing = SIDE - np.array(small.shape)
    (top, left), (bottom, right) = missing // 2, missing - missing // 2
    grey = float(np.median(edge))
    return cv2.copyMakeBorder(small, top, bottom, left, right, cv2.BORDER_CONSTANT, value=grey)
