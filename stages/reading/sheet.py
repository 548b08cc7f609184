"""What a sheet brings along and is no ink: its ruling, its margin, the desk beside it, a frame."""

from itertools import product

import cv2
import numpy as np

THIN = 0.06  # of the shorter side: the thickness of a line at the most
WIDE = 0.025  # and twice that: what is thicker may be the desk
LOOSE = 0.007  # of the longer side: how far a line may stray from its straight course
STRONGER = 1.5  # times a line: ink that lies on it
WHOLE = 0.95  # share of its course that a line covers at the least
DEPTH = 0.04  # of the shorter side: where lines are looked for too, if the border hides them
SLENDER = 4  # times as long as wide
INSIDE = 0.25  # of a frame's longer side: what it is drawn around is so long at the least

Line = tuple[np.ndarray, np.ndarray, int]  # its ends (x, y), and its thickness


def beside(strange: np.ndarray) -> np.ndarray:
    """Of what is not paper, bool (height, width): that which fills a corner or most of a side."""
    found = _strips(strange)
    found |= _slender(strange & ~found, found)
    edge = min(strange.shape) // 4  # so that what touches the border is thick there
    padded = np.pad(strange & ~found, edge, mode="edge").astype(np.uint8)
    thick = cv2.morphologyEx(padded, cv2.MORPH_OPEN, _disc(max(1, round(WIDE * min(strange.shape)))))
    thick = np.ascontiguousarray(thick[edge : edge + len(strange), edge : edge + strange.shape[1]])
    count, parts = cv2.connectedComponents(thick)
    sides = (parts[0], parts[-1], parts[:, 0], parts[:, -1])
    corners = {parts[y, x] for y in (0, -1) for x in (0, -1)}
    for part in range(1, count):
        if part in corners or max((side == part).mean() for side in sides) > 0.5:
            found |= parts == part
    return found


def _strips(strange: np.ndarray) -> np.ndarray:
    """Rows and columns from the border inwards that are strange over nearly all their length."""
    found = np.zeros_like(strange)
    for turns in range(4):
        here = np.rot90(strange, turns)
        gap = here.mean(axis=1) < WHOLE
        if gap.any():
            np.rot90(found, turns)[: gap.argmax()] = True
    return found


def _slender(rest: np.ndarray, found: np.ndarray) -> np.ndarray:
    """What a straight strip leaves over of a desk that lies askew: long and narrow, and touching it."""
    _, parts, facts, _ = cv2.connectedComponentsWithStats(rest.astype(np.uint8))
    sides = np.sort(facts[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]], axis=1)
    slender = sides[:, 0] * SLENDER <= sides[:, 1]
    touching = np.unique(parts[cv2.dilate(found.astype(np.uint8), _disc(2)) > 0])
    return np.isin(parts, touching[slender[touching]]) & rest


def across(marks: np.ndarray) -> list[Line]:
    """The straight lines among marks, bool (height, width), that run from border to border."""
    ends = _border_runs(marks)
    loose = cv2.dilate(marks.astype(np.uint8), _disc(_loose(marks))) > 0
    steps = np.linspace(0, 1, 2 * max(marks.shape))[:, None]
    found = []
    for n, (side, point, thick) in enumerate(ends):
        for other_side, other, other_thick in ends[n + 1 :]:
            if side == other_side or np.abs(point - other).max() < min(marks.shape) / 4:
                continue
            x, y = (point + steps * (other - point)).round().astype(int).T
            if loose[y, x].mean() >= WHOLE:
                found.append((point, other, max(thick, other_thick)))
    return found


def ruling(lines: list[Line], calm: np.ndarray, least: float) -> np.ndarray:
    """Bool (height, width): where these lines lie, but for what is much stronger than the line.

    `calm` is the strength of all marks; those on a line have the `least` or more.
    """
    found = np.zeros(calm.shape, bool)
    for start, end, thick in lines:
        band = np.zeros(calm.shape, np.uint8)
        beyond = (end - start) / 10  # as its ends may lie a little inside of the border
        ends = [tuple(point.round().astype(int).tolist()) for point in (start - beyond, end + beyond)]
        cv2.line(band, *ends, 1, thick + 2 * _loose(band) + 1)
        own = np.median(calm[(band > 0) & (calm > least)])
        found |= (band > 0) & (calm <= STRONGER * own)
    return found


def crossing(kept: np.ndarray, lines: list[Line], marks: np.ndarray) -> np.ndarray:
    """Of marks on these lines, those that join what is kept on both sides of a line."""
    radius = max(thick for *_, thick in lines) // 2 + _loose(marks) + 2
    closed = cv2.morphologyEx(kept.astype(np.uint8), cv2.MORPH_CLOSE, _disc(radius))
    return (closed > 0) & marks


def frames(core: np.ndarray) -> np.ndarray:
    """Of connected ink, bool (height, width): what is drawn around other ink of some size."""
    count, parts, facts, _ = cv2.connectedComponentsWithStats(core.astype(np.uint8))
    left, top, width, height = facts[:, :4].T
    longer, found = np.maximum(width, height), np.zeros_like(core)
    for part in range(1, count):
        inner = (left > left[part]) & (left + width < left[part] + width[part])
        inner &= (top > top[part]) & (top + height < top[part] + height[part])
        if (inner & (longer >= INSIDE * longer[part])).any():
            found |= parts == part
    return found


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


def _loose(marks: np.ndarray) -> int:
    return max(1, round(LOOSE * max(marks.shape)))


def _disc(radius: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
