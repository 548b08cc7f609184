"""The page of a notebook, photographed, to its digits in reading order."""

import cv2
import numpy as np

from stages.reading.framing import framed, resized
from stages.reading.ink import Ink, find_ink
from stages.reading.pieces import Box, in_reading_order, pieces
from stages.reading.scan import BORDER, SMALL, Found

MOST = 2000  # longer side in pixels of a page while it is worked upon


def read_page(greys: np.ndarray) -> list[tuple[Box, Found]]:
    """Each digit of a uint8 picture (height, width), and its box in pixels, in reading order."""
    page = resized(greys, int(np.clip(max(greys.shape), SMALL, MOST)))
    found = find_ink(page, closely=False)
    if found is None:
        return []
    owner, boxes = pieces(found.core)
    scale = np.tile(np.array(greys.shape) / page.shape, 2)
    digits = []
    for number in in_reading_order(boxes):
        top, left, bottom, right = boxes[number]
        window = slice(max(0, top - 2), bottom + 2), slice(max(0, left - 2), right + 2)
        image = framed(*_part(found.ink[window], owner[window] == number))
        cut = top == 0 or left == 0 or bottom == len(page) or right == page.shape[1]
        box = tuple((boxes[number] * scale).round().astype(int).tolist())
        digits.append((box, Found(image, BORDER if cut else "")))
    return digits


def _part(ink: np.ndarray, own: np.ndarray) -> Ink:
    """The ink of one digit alone: its neighbours' may reach into its box."""
    around = cv2.dilate(own.astype(np.uint8), np.ones((5, 5), np.uint8))
    return Ink(ink * around, own)
