"""Connected ink to digits: a digit may have a bar or a dot of its own, and may be broken."""

import cv2
import numpy as np

TALL = 0.4  # of the usual height: connected ink so tall is a digit
NEAR = 0.35  # of it: as far from its digit a smaller part may lie
OVER = 0.6  # of the narrower one's width that two parts of a digit, above each other, share
SAME = 0.2  # of the lower one's height that two digits of a line share beside each other
HIGH = 1.2  # times the usual height: no digit is higher when it is put together

Box = tuple[int, int, int, int]  # top, left, and the first row and column after it


def pieces(core: np.ndarray) -> tuple[np.ndarray, list[Box]]:
    """Which digit each pixel of ink belongs to, int (height, width), and the boxes of them all.

    The digits are numbered from 0 on; -1 is paper, and ink of no digit. `core`: bool, the ink.
    """
    count, parts, facts, _ = cv2.connectedComponentsWithStats(core.astype(np.uint8))
    boxes = [(top, left, top + height, left + width) for left, top, width, height, _ in facts]
    heights = facts[1:, cv2.CC_STAT_HEIGHT]
    if not len(heights):
        return parts - 1, []
    usual = float(np.percentile(heights, 75, method="higher"))
    digits: list[list[int]] = []
    for part in sorted(range(1, count), key=lambda part: -facts[part, cv2.CC_STAT_HEIGHT]):
        tall = heights[part - 1] >= TALL * usual
        home = _home(boxes[part], [_around(boxes, digit) for digit in digits], usual, tall)
        if home is not None:
            digits[home].append(part)
        elif tall:
            digits.append([part])
    owner = np.full(count, -1)
    for number, digit in enumerate(digits):
        owner[digit] = number
    return owner[parts], [_around(boxes, digit) for digit in digits]


def in_reading_order(boxes: list[Box]) -> list[int]:
    """Their numbers line by line, and from left to right in a line."""
    lines: list[list[int]] = []
    for number in sorted(range(len(boxes)), key=lambda number: sum(boxes[number][::2])):
        box, best = boxes[number], (SAME, -1)
        for place, line in enumerate(lines):
            # With the digit of the line that is nearest, as lines may slope.
            near = min((boxes[other] for other in line), key=lambda other: abs(other[1] - box[1]))
            lower = min(box[2] - box[0], near[2] - near[0])
            best = max(best, (-_gap(box[::2], near[::2]) / lower, place))
        if best[1] < 0:
            lines.append([number])
        else:
            lines[best[1]].append(number)
    return [number for line in lines for number in sorted(line, key=lambda n: boxes[n][1])]


def _home(box: Box, digits: list[Box], usual: float, tall: bool) -> int | None:
    """The digit that a part belongs to, if any: the nearest."""
    near = []
    for number, digit in enumerate(digits):
        down, right = (_gap(box[side::2], digit[side::2]) for side in (0, 1))
        narrower = min(box[3] - box[1], digit[3] - digit[1])
        together = max(box[2], digit[2]) - min(box[0], digit[0])
        fits = together <= HIGH * usual
        if (fits and -right >= OVER * narrower) or (not tall and max(down, right) <= NEAR * usual):
            near.append((max(down, right), number))
    return min(near)[1] if near else None


def _gap(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """From the end of one to the start of the other, along an axis; below 0 where they overlap."""
    return max(one[0], other[0]) - min(one[1], other[1])


def _around(boxes: list[Box], parts: list[int]) -> Box:
    tops, lefts, bottoms, rights = zip(*(boxes[part] for part in parts), strict=True)
    return int(min(tops)), int(min(lefts)), int(max(bottoms)), int(max(rights))
