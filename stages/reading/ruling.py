"""Lines that run from border to border: a sheet's ruling and its margin."""

from itertools import product

import cv2
import numpy as np

from stages.reading.sheet import disc

THIN = 0.06  # of the shorter side: the thickness of a line at the most
DEPTH = 0.04  # of the shorter side: where lines are looked for too, if the border hides them
LOOSE = 0.007  # of the longer side: how far a line may stray from its straight course
WHOLE = 0.95  # share of its course that a line covers at the least
STRONGER = 1.5  # times a line: ink that lies on it

Line = tuple[np.ndarray, np.ndarray, int]  # its ends (x, y), and its thickness


def across(marks: np.ndarray) -> list[Line]:
    """The straight lines among marks, bool (height, width), that run from border to border."""
    ends = _border_runs(marks)
    loose = cv2.dilate(marks.astype(np.uint8), disc(_loose(marks))) > 0
    found = []
    for n, (side, point, thick) in enumerate(ends):
        for other_side, other, other_thick in ends[n + 1 :]:
            if side == other_side or np.abs(point - other).max() < min(marks.shape) / 4:
                continue
            if loose[_course(point, other, marks.shape)].mean() >= WHOLE:
                found.append((point, other, max(thick, other_thick)))
    return found


def ruling(lines: list[Line], calm: np.ndarray) -> np.ndarray:
    """Bool (height, width): where these lines lie, but for what is much stronger than the line.

    `calm`, float32 of that shape, is the strength of all marks.
    """
    found = np.zeros(calm.shape, bool)
    strongest = cv2.dilate(calm, disc(max(thick for *_, thick in lines) // 2 + 1))
    for start, end, thick in lines:
        band = np.zeros(calm.shape, np.uint8)
        beyond = (end - start) / 10  # as its ends may lie a little inside of the border
        ends = [(point.round().astype(int)).tolist() for point in (start - beyond, end + beyond)]
        cv2.line(band, *ends, 1, thick + 2 * _loose(band) + 1)
        own = np.median(strongest[_course(start, end, calm.shape)])
        found |= (band > 0) & (calm <= STRONGER * own)
    return found


def crossing(kept: np.ndarray, lines: list[Line], marks: np.ndarray) -> np.ndarray:
    """Of marks on these lines, those that join what is kept on both sides of a line."""
    radius = (max(thick for *_, thick in lines) + 1) // 2 + _loose(marks) + 2
    closed = cv2.morphologyEx(kept.astype(np.uint8), cv2.MORPH_CLOSE, disc(radius))
    return (closed > 0) & marks


def _border_runs(marks: np.ndarray) -> list[tuple[int, np.ndarray, int]]:
    """Side, middle (x, y) and length of each short run of marks on the border."""
    most, found = max(2, THIN * min(marks.shape)), []
    for side, depth in product(range(4), (0, round(DEPTH * min(marks.shape)))):
        upright, last = side < 2, marks.shape[side // 2] - 1
        place = depth if side % 2 == 0 else last - depth
        line = marks[place] if upright else marks[:, place]
        steps = np.flatnonzero(np.diff(np.pad(line.astype(int), 1)))
        for start, end in zip(steps[::2], steps[1::2], strict=True):
            if end - start <= most:
                middle = (start + end - 1) / 2
                point = (middle, place) if upright else (place, middle)
                found.append((side, np.array(point), int(end - start)))
    return found


def _course(
    start: np.ndarray, end: np.ndarray, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the pixels on the way."""
    steps = np.linspace(0, 1, max(shape))[:, None]
    columns, rows = (start + steps * (end - start)).round().astype(int).T
    return rows, columns


def _loose(marks: np.ndarray) -> int:
    return max(1, round(LOOSE * max(marks.shape)))
