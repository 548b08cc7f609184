import cv2
import numpy as np
import pytest

from stages.reading.ink import find_ink


@pytest.mark.parametrize(("sheet", "pen"), [(240, 20), (100, 220), (155, 35)])
def test_ink_is_one_and_paper_is_zero(sheet, pen):
    inside = np.zeros((50, 60), bool)
    inside[10:40, 20:30] = True
    ink, core = find_ink(np.where(inside, pen, sheet).astype(np.uint8))
    np.testing.assert_allclose(ink, inside, atol=1e-6)
    around = cv2.dilate(inside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert not (core & ~around).any()
    assert (core & inside).sum() >= inside.sum() - 4  # the corners need not be sure


def test_no_contrast_is_no_ink():
    greys = np.full((50, 60), 100, np.uint8)
    greys[10:40, 20:30] = 105
    assert find_ink(greys) is None
