import numpy as np
from scipy.ndimage import center_of_mass

from stages.core.rows import Rows
from stages.fitting import augment as module
from stages.fitting.augment import affine, enlarged, one_epoch


def test_none_is_the_same_array(digits):
    images = digits.images[:5]
    assert one_epoch(images, "none", np.random.default_rng(0)) is images
    assert enlarged(digits, "none", seed=0) is digits


def test_shift4_adds_the_four_one_pixel_shifts_and_lets_background_in():
    images = np.random.default_rng(0).integers(1, 256, (2, 28, 28), np.uint8)
    rows = enlarged(Rows(images, np.array([3, 7]), np.array([4, 9])), "shift4", seed=0)
    assert rows.labels.tolist() == [3, 7] * 5
    assert rows.indices.tolist() == [4, 9] * 5
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    expected = [
        framed[:, y : y + 28, x : x + 28] for y, x in ((1, 1), (2, 1), (0, 1), (1, 2), (1, 0))
    ]
    np.testing.assert_array_equal(rows.images.reshape(5, 2, 28, 28), expected)


def test_affine_copies_stand_beside_the_rows(digits):
    few = digits.take(np.arange(4))
    rows = enlarged(few, "affine", seed=0, copies=2)
    assert rows.labels.tolist() == few.labels.tolist() * 3
    np.testing.assert_array_equal(rows.images[:4], few.images)
    assert (rows.images[4:8] != rows.images[8:]).any()


def test_affine_is_seeded_and_leaves_its_input_alone(digits):
    before = digits.images[:50].copy()
    first, again, other = (
        affine(digits.images[:50], np.random.default_rng(seed)) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(digits.images[:50], before)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any(axis=(1, 2)).all()
    assert first.dtype == np.uint8


def test_affine_without_reach_is_the_identity(digits, monkeypatch):
    for name in ("ROTATION", "ZOOM", "SHIFT"):
        monkeypatch.setattr(module, name, 0.0)
    few = digits.images[:20]
    np.testing.assert_array_equal(affine(few, np.random.default_rng(0)), few)


def test_a_shift_moves_the_centre_of_mass_as_far_as_it_may(monkeypatch):
    monkeypatch.setattr(module, "ROTATION", 0.0)
    monkeypatch.setattr(module, "ZOOM", 0.0)
    blob = np.zeros((400, 28, 28), np.uint8)
    blob[:, 12:16, 12:16] = 255
    moved = affine(blob, np.random.default_rng(0))
    offsets = np.array([center_of_mass(image) for image in moved]) - 13.5
    assert 2.6 < np.abs(offsets).max() <= 2.9  # a tenth of 28 pixels
    assert np.abs(offsets.mean(axis=0)).max() < 0.3


def test_a_digit_is_never_mirrored():
    """An L, whatever is done to it, keeps more ink at its lower right than at its upper right."""
    letter = np.zeros((500, 28, 28), np.uint8)
    letter[:, 6:22, 8:11] = 255
    letter[:, 19:22, 8:20] = 255
    moved = affine(letter, np.random.default_rng(0)).astype(int)
    upper, lower = (moved[:, rows, 14:].sum(axis=(1, 2)) for rows in (np.s_[:12], np.s_[16:]))
    assert (lower > upper).all()
