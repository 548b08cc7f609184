import cv2
import numpy as np

from stages.reading.ink import find_ink, paper


def test_the_papers_slope_is_found_beneath_ink_that_runs_over_the_border():
    slope = 100 + np.linspace(0, 50, 60)[:, None] + np.linspace(0, 20, 80)
    greys = slope.copy()
    greys[20:30, :] = 0  # a stroke from edge to edge
    surface, noise = paper(greys.astype(np.float32))
    np.testing.assert_allclose(surface, slope, atol=0.5)
    assert noise < 0.5


def test_ink_is_one_and_paper_is_zero():
    greys = np.full((50, 60), 240, np.uint8)
    greys[10:40, 20:30] = 20
    ink, core = find_ink(greys)
    inside = np.zeros((50, 60), bool)
    inside[10:40, 20:30] = True
    np.testing.assert_allclose(ink, inside, atol=1e-6)
    around = cv2.dilate(inside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert not (core & ~around).any()
    assert (core & inside).sum() >= inside.sum() - 4  # the corners need not be sure


def test_light_ink_on_grey_paper_is_ink():
    greys = np.full((50, 60), 100, np.uint8)
    greys[10:40, 20:30] = 220
    assert find_ink(greys)[0][20, 25] == 1
    assert find_ink(255 - greys)[0][20, 25] == 1


def test_no_contrast_is_no_ink():
    greys = np.full((50, 60), 100, np.uint8)
    greys[10:40, 20:30] = 105
    assert find_ink(greys) is None
