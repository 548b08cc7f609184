import cv2
import numpy as np
import pytest

from stages.reading.scan import read_digit
from tests.reading.test_scan import likeness

PAPER, PEN, SIDE = 225, 40, 200


def ruled(sheet, *, tilt=0, upright=False, grey=120, gap=32):
    for y in range(12 - tilt, SIDE, gap):
        ends = ((-5, y), (SIDE + 5, y + tilt))
        cv2.line(sheet, *(end[::-1] if upright else end for end in ends), grey, 2)


def squared(sheet, tilt=0):
    ruled(sheet, tilt=tilt, grey=150)
    ruled(sheet, tilt=tilt, grey=150, upright=True)


def desk(sheet, *corners, grey=70):
    cv2.fillPoly(sheet, [np.array(corners)], grey)


def around(sheet, askew=0):
    level = np.full_like(sheet, 70)
    low, high = 12, SIDE - 12
    desk(
        level, (low, low), (high, low + askew), (high - askew, high), (low, high - askew), grey=225
    )
    sheet[:] = level


BROUGHT = {
    "lines": ruled,
    "lines askew": lambda sheet: ruled(sheet, tilt=11),
    "dark lines": lambda sheet: ruled(sheet, grey=60),
    "squares": squared,
    "squares askew": lambda sheet: squared(sheet, tilt=7),
    "a margin": lambda sheet: cv2.line(sheet, (20, -5), (23, SIDE + 5), 110, 3),
    "a margin and lines": lambda sheet: [ruled(sheet, grey=170), BROUGHT["a margin"](sheet)],
    "an edge": lambda sheet: desk(sheet, (0, 0), (3, 0), (3, SIDE), (0, SIDE)),
    "a strip": lambda sheet: desk(sheet, (0, 0), (SIDE, 0), (SIDE, 25), (0, 25)),
    "a light strip": lambda sheet: desk(sheet, (0, 0), (25, 0), (25, SIDE), (0, SIDE), grey=255),
    "a strip askew": lambda sheet: desk(sheet, (0, 0), (15, 0), (30, SIDE), (0, SIDE), grey=5),
    "two strips": lambda sheet: [BROUGHT["a strip"](sheet), BROUGHT["an edge"](sheet)],
    "a corner": lambda sheet: desk(sheet, (0, 0), (60, 0), (0, 60)),
    "a desk around": around,
    "a desk around askew": lambda sheet: around(sheet, askew=8),
    "a frame": lambda sheet: cv2.rectangle(sheet, (10, 10), (190, 190), 60, 3),
    "a ring": lambda sheet: cv2.circle(sheet, (100, 100), 88, 60, 3),
}


def written(digit, bring=lambda sheet: None):
    """A digit (28, 28) with a pen on a sheet of paper, which brings something along."""
    sheet = np.full((SIDE, SIDE), PAPER, np.uint8)
    bring(sheet)
    share = np.zeros((SIDE, SIDE))
    share[44:156, 44:156] = cv2.resize(digit, (112, 112), interpolation=cv2.INTER_CUBIC) / 255
    noise = np.random.default_rng(0).normal(0, 3, sheet.shape)
    return (
        (sheet + np.minimum(PEN - 1.0 * sheet, 0) * share + noise)
        .round()
        .clip(0, 255)
        .astype(np.uint8)
    )


@pytest.mark.parametrize("name", BROUGHT)
def test_what_a_sheet_brings_along_is_no_ink(digits, name):
    like = []
    for digit in digits.images[:20]:
        plain, found = read_digit(written(digit)), read_digit(written(digit, BROUGHT[name]))
        assert found.note == plain.note == ""
        like.append(likeness(plain.image, found.image))
    assert np.median(like) > 0.95
    assert min(like) > 0.85


def test_lines_and_desk_alone_are_blank_or_doubtful():
    for name in ("lines", "squares", "a strip", "a margin"):
        sheet = np.full((SIDE, SIDE), PAPER, np.uint8)
        BROUGHT[name](sheet)
        assert read_digit(sheet).note != "", name
