"""The page of a notebook, photographed, to its digits in reading order."""

import cv2
import numpy as np

from stages.reading.framing import framed, resized
from stages.reading.ink import Ink, find_ink
from stages.reading.pieces import HIGH, TALL, Box, in_reading_order, pieces
from stages.reading.scan import BORDER, SMALL, Found

MOST = 2000  # longer side in pixels of a page while it is worked upon
FAINT = 0.06  # share of full ink, smoothed, above which there may be a digit


def read_page(greys: np.ndarray) -> tuple[list[tuple[Box, Found]], int]:
    """Each digit of a uint8 picture (height, width), and its box in pixels, in reading order; and
    how many marks are as large as digits but too faint to be read."""
    page = resized(greys, int(np.clip(max(greys.shape), SMALL, MOST)))
    found = find_ink(page, closely=False)
    if found is None:
        return [], 0
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
    return digits, _faint(found.ink, boxes)


def _faint(ink: np.ndarray, boxes: list[Box]) -> int:
    marks = cv2.GaussianBlur(ink, (5, 5), 0) > FAINT
    for top, left, bottom, right in boxes:
        marks[max(0, top - 4) : bottom + 4, max(0, left - 4) : right + 4] = False
    usual = np.median([bottom - top for top, _, bottom, _ in boxes])
    return sum(
        TALL * usual <= bottom - top <= HIGH * usual and right - left <= HIGH * usual
        for top, left, bottom, right in pieces(marks)[1]
    )


def _part(ink: np.ndarray, own: np.ndarray) -> Ink:
    """The ink of one digit alone: its neighbours' may reach into its box."""
    around = cv2.dilate(own.astype(np.uint8), np.ones((5, 5), np.uint8))
    return Ink(ink * around, own)
