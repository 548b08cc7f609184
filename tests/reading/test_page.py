import cv2
import numpy as np
import pytest

from stages.reading.page import read_page
from stages.reading.scan import as_digit
from tests.reading.test_scan import likeness

ROWS, COLUMNS, STEP = 3, 5, 130


def page_of(images, slope=0, lines=False, desk=False, squares=False):
    """Digits (15, 28, 28) with a pen on a photographed page, line by line; and their boxes."""
    ink, boxes = np.zeros((ROWS * STEP + 40, COLUMNS * STEP + 40)), []
    for number, image in enumerate(images):
        y, x = divmod(number, COLUMNS)
        top, left = 30 + y * STEP + slope * x, 30 + x * STEP
        ink[top : top + 84, left : left + 84] = cv2.resize(image, (84, 84)) / 255
        rows, columns = (
            np.flatnonzero((image > image.max() / 3).any(axis=axis)) for axis in (1, 0)
        )
        ends = rows[0], columns[0], rows[-1] + 1, columns[-1] + 1
        boxes.append(np.array([top, left] * 2) + 3 * np.array(ends))
    paper = np.full(ink.shape, 225.0)
    for y in range(20, len(paper), 45) if lines else []:
        cv2.line(paper, (-5, y), (paper.shape[1], y + 9), 160, 2)
    for x in range(15, paper.shape[1], 45) if squares else []:
        cv2.line(paper, (x, -5), (x + 9, len(paper)), 160, 2)
    if desk:
        paper[:, :20] = 60
    greys = paper + (40 - paper) * ink + np.random.default_rng(0).normal(0, 3, ink.shape)
    return greys.round().clip(0, 255).astype(np.uint8), np.array(boxes)


@pytest.mark.parametrize(
    "brought", [{}, {"slope": 8}, {"lines": True}, {"desk": True}, {"lines": True, "desk": True}]
)
def test_the_digits_of_a_page_come_in_reading_order_with_their_boxes(digits, brought):
    images = digits.images[20:35]
    greys, boxes = page_of(images, **brought)
    found, _ = read_page(greys)
    np.testing.assert_allclose([box for box, _ in found], boxes, atol=6)
    like = [
        likeness(digit.image, as_digit(np.pad(image, 10)))
        for (_, digit), image in zip(found, images, strict=True)
    ]
    assert np.median(like) > 0.9
    assert not any(digit.note for _, digit in found)


@pytest.mark.parametrize("brought", [{}, {"lines": True}, {"lines": True, "squares": True}])
@pytest.mark.parametrize("strength", [1, 0.7, 0.5, 0.4])
def test_a_digit_of_weaker_ink_than_the_others_is_found(digits, brought, strength):
    images = digits.images[20:35].copy()
    weak = images[[3, 6, 12]]
    images[[3, 6, 12]] = (weak * strength).astype(np.uint8)
    _, boxes = page_of(digits.images[20:35])
    found, _ = read_page(page_of(images, **brought)[0])
    np.testing.assert_allclose([box for box, _ in found], boxes, atol=9)
    for place, image in zip([3, 6, 12], weak, strict=True):
        assert likeness(found[place][1].image, as_digit(np.pad(image, 10))) > 0.8


@pytest.mark.parametrize(("faint", "brought"), [(3, {}), (3, {"desk": True}), (1, {"lines": True})])
def test_what_is_too_faint_to_be_read_is_counted(digits, faint, brought):
    images = digits.images[20:35].copy()
    assert read_page(page_of(images, **brought)[0])[1] == 0
    images[[3, 6, 12]] = (images[[3, 6, 12]] * 0.15).astype(np.uint8)
    found, told = read_page(page_of(images, **brought)[0])
    assert (len(found), told) == (12, faint)  # lines hide some


def test_boxes_are_those_of_the_picture_itself_however_large(digits):
    greys, boxes = page_of(digits.images[:15])
    found, _ = read_page(cv2.resize(greys, None, fx=4, fy=4))
    np.testing.assert_allclose([box for box, _ in found], 4 * boxes, atol=24)


def test_a_digit_that_is_cut_off_is_noted_and_a_blank_page_has_none(digits):
    greys, _ = page_of(digits.images[:15])
    cut, _ = read_page(greys[:, 70:])
    assert [digit.note for _, digit in cut] == (["ink at the border"] + [""] * 4) * 3
    for size in ((300, 200), (2000, 2000), (3508, 2480)):
        assert read_page(np.full(size, 255, np.uint8)) == ([], 0)
