import cv2
import numpy as np
import pytest

from stages.reading.ink import find_ink
from stages.reading.ruling import across, ruling


@pytest.mark.parametrize(
    ("ends", "found"),
    [
        (((0, 50), (299, 50)), True),
        (((0, 50), (299, 90)), True),
        (((120, 0), (100, 199)), True),
        (((0, 90), (150, 0)), True),  # over a corner
        (((0, 50), (200, 50)), False),  # from one side only
        (((20, 50), (280, 50)), False),
    ],
)
def test_a_line_runs_from_border_to_border(ends, found):
    marks = np.zeros((200, 300), np.uint8)
    cv2.line(marks, *ends, 1, 3)
    cv2.circle(marks, (150, 150), 25, 1, 8)
    lines = across(marks > 0)
    assert bool(lines) == found
    if found:
        band = ruling(lines, marks.astype(np.float32))
        alone = cv2.line(np.zeros_like(marks), *ends, 1, 3) > 0
        assert band[alone].all()
        assert band.sum() < 4 * alone.sum()


def test_a_line_does_not_cut_the_stroke_that_it_crosses():
    sheet = np.full((200, 200), 225, np.uint8)
    sheet[40:160, 95:105] = 40
    sheet[100:103] = 40
    core = find_ink(sheet).core
    assert core[42:158, 98:102].all()
    assert not core[:, :85].any() and not core[:, 115:].any()
