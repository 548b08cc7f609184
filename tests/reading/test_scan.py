import cv2
import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from stages.core.rows import SIDE
from stages.reading.scan import as_digit, is_digit, read_digit, upright


def scanned(digit, scale=5, margin=40, paper=230, ink=30):
    """A digit (28, 28) enlarged, dark on light paper, in the lower left of a larger picture."""
    large = cv2.resize(digit, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    picture = np.zeros((large.shape[0] + 2 * margin, large.shape[1] + 3 * margin), np.float32)
    picture[2 * margin :, : large.shape[1]] = large
    return (paper + (ink - paper) * picture / 255).round().clip(0, 255).astype(np.uint8)


def likeness(a, b):
    """The correlation of two images where they fit best: rounding may move one by a pixel."""
    a = a.ravel().astype(float)
    moves = [np.roll(b, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return max(np.corrcoef(a, move.ravel())[0, 1] for move in moves)


def test_a_dark_square_fills_the_box_in_the_middle():
    picture = np.full((300, 400), 250, np.uint8)
    picture[150:250, 30:130] = 10
    expected = np.zeros((28, 28), np.uint8)
    expected[4:24, 4:24] = 255
    np.testing.assert_array_equal(as_digit(picture), expected)


def test_the_longer_side_is_20_and_the_shape_is_kept():
    picture = np.zeros((90, 300), np.uint8)
    picture[10:50, 100:200] = 200
    rows, columns = np.nonzero(as_digit(picture))
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (8, 20)
    assert (rows.min() + rows.max(), columns.min() + columns.max()) == (27, 27)


def test_what_has_the_form_keeps_its_pixels_in_light_or_dark(digits):
    for image in digits.images[:50]:
        assert is_digit(image)
        np.testing.assert_array_equal(as_digit(image), image)
        np.testing.assert_array_equal(as_digit(255 - image), image)
    assert not is_digit(np.roll(digits.images[0], 10, axis=1))  # its ink is on the border
    assert not is_digit(digits.images[0] // 3)


def test_mnists_layout_is_kept_though_ink_is_at_the_border_but_no_stripe_and_no_frame():
    """A heavy body in the middle, and a thin tail down to the last row."""
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[8:13, 8:21] = image[13:, 14] = 200
    assert not is_digit(image)  # not in the middle
    image[13:20, 8:21] = 200
    assert is_digit(image)
    assert read_digit(image).note == "ink at the border"
    np.testing.assert_array_equal(as_digit(image), image)
    np.testing.assert_array_equal(as_digit(255 - image), image)
    for place in (np.s_[:2], np.s_[:, :2], np.s_[[0, -1]], np.s_[:, [0, -1]]):
        striped = image.copy()
        striped[place] = 255
        assert not is_digit(striped)


def test_paper_size_and_place_do_not_matter(digits):
    assert likeness(*digits.images[:2]) < 0.6  # it tells digits apart
    for digit in digits.images[:30]:
        plain = as_digit(np.pad(digit, 10))
        mass = plain.astype(float)
        for axis in (0, 1):
            along = mass.sum(axis=1 - axis)
            assert abs(along @ np.arange(28) / along.sum() - 14) <= 0.51
        assert plain.max() == 255
        assert likeness(plain, as_digit(scanned(digit))) > 0.95
        assert likeness(plain, as_digit(255 - scanned(digit))) > 0.95
        assert likeness(plain, as_digit(scanned(digit, scale=20, paper=150, ink=60))) > 0.95


def test_uneven_light_and_noise_do_not_matter(digits):
    rng = np.random.default_rng(0)
    for digit in digits.images[:10]:
        clean = scanned(digit, paper=200, ink=60)
        y, x = np.mgrid[-1 : 1 : clean.shape[0] * 1j, -1 : 1 : clean.shape[1] * 1j]
        lit = clean - 30 * x + 15 * y - 10 * x * x + rng.normal(0, 4, clean.shape)
        assert likeness(as_digit(clean), as_digit(lit.clip(0, 255).astype(np.uint8))) > 0.97


def test_a_speck_far_away_does_not_matter(digits):
    clean = scanned(digits.images[3])
    dusty = clean.copy()
    dusty[2:6, -9:-4] = 0
    assert likeness(as_digit(dusty), as_digit(clean)) > 0.999


@pytest.mark.parametrize(
    "picture",
    [
        *(np.full(shape, level) for shape in ((28, 28), (200, 100)) for level in (0, 40, 255)),
        np.linspace(100, 200, 200)[:, None] + np.zeros(150),  # lighting alone
        np.random.default_rng(0).normal(180, 5, (200, 150)),  # noise alone
    ],
)
def test_a_blank_picture_has_no_digit(picture):
    assert as_digit(picture.clip(0, 255).astype(np.uint8)) is None


@pytest.mark.parametrize("shape", [(8, 2), (2, 8), (9, 9), (1200, 3)])
def test_odd_shapes_give_a_digit_or_none(shape):
    for picture in (np.eye(*shape, dtype=np.uint8) * 255, np.zeros(shape, np.uint8)):
        image = as_digit(picture)
        assert image is None or (image.shape, image.dtype) == ((28, 28), np.uint8)


@pytest.mark.parametrize("size", [(14, 14), (28, 40), (100, 60)])
def test_rows_of_another_size_are_pictures_of_a_digit(digits, size):
    rows = [np.asarray(Image.fromarray(image).resize(size[::-1])) for image in digits.images[:5]]
    images, blank, notes = upright(np.stack([*rows, np.zeros(size, np.uint8)]))
    assert images.shape == (6, 28, 28)
    assert images.dtype == np.uint8
    assert blank.tolist() == [False] * 5 + [True]
    assert notes == [read_digit(row).note for row in rows] + ["blank"]
    for found, row in zip(images, rows, strict=False):
        np.testing.assert_array_equal(found, as_digit(row))


def test_light_paper_is_turned_row_by_row(digits):
    mixed = digits.images[:4].copy()
    mixed[2] = 255 - mixed[2]
    images, blank, notes = upright(mixed)
    np.testing.assert_array_equal(images, digits.images[:4])
    assert not blank.any()
    assert notes == [""] * 4


def test_a_row_with_a_stripe_or_a_frame_is_no_light_paper(digits):
    rows = digits.images[:4].copy()
    rows[0, :, :7] = 255 - rows[0, :, :7]
    rows[0, :, 21:] = 255 - rows[0, :, 21:]
    rows[1, [0, -1]] = rows[1, :, [0, -1]] = 255
    rows[2, :, :4] = 70  # faint
    images, blank, notes = upright(rows)
    np.testing.assert_array_equal(images, rows)
    assert not blank.any()
    assert notes == ["ink at the border"] * 2 + [""] * 2
    assert upright(rows, "whole")[2] == [""] * 4


def test_a_thin_line_on_28_pixels_is_no_row_of_mnist():
    canvas = np.zeros((28, 28), np.uint8)
    cv2.line(canvas, (9, 6), (9, 20), 255, 1)
    image = as_digit(canvas) / 255
    assert 1.5 < image[14].sum() < 2.5
    rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
    assert len(rows) == 20
    assert abs(columns.mean() - 14) <= 1


def test_what_cannot_be_decided_is_said(digits):
    one, other = digits.images[3:5]
    assert [read_digit(scanned(digit)).note for digit in digits.images[:20]] == [""] * 20
    assert read_digit(scanned(np.hstack([one, other]))).note == "2 separate digits?"
    assert read_digit(np.hstack([one, other])[:, 2:-2]).note == "2 separate digits?"
    rows, columns = (np.flatnonzero((one > 90).any(axis=axis)) for axis in (1, 0))
    tight = one[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    found = read_digit(255 - np.kron(tight, np.ones((5, 5), np.uint8)))
    assert found.note == "ink at the border"
    assert likeness(found.image, as_digit(np.pad(one, 10))) > 0.9
    assert read_digit(np.zeros((90, 60), np.uint8)) == (None, "blank")


def test_a_digit_that_fills_its_picture_is_ink_and_not_paper():
    """As scikit-learn's are, made large: blurred, and cut out without a margin."""
    alike = []
    for image in load_digits().images[:300]:
        large = np.asarray(Image.fromarray((image * 15).astype(np.uint8)).resize((80, 80)))
        found = as_digit(255 - large)
        assert found is not None
        small = np.asarray(Image.fromarray(large).resize((SIDE, SIDE)))
        alike.append(np.corrcoef(found.ravel(), small.ravel())[0, 1])
    assert np.mean(np.array(alike) > 0.2) > 0.97
