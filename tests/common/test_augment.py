import numpy as np
from scipy.ndimage import center_of_mass

from stages.common import augment as module
from stages.common.augment import affine, augment


def test_none_is_the_same_array(digits):
    images = digits.images[:5]
    assert augment(images, "none", np.random.default_rng(0)) is images


def test_affine_is_seeded_and_leaves_its_input_alone(digits):
    before = digits.images[:50].copy()
    first = affine(digits.images[:50], np.random.default_rng(3))
    again = affine(digits.images[:50], np.random.default_rng(3))
    other = affine(digits.images[:50], np.random.default_rng(4))
    np.testing.assert_array_equal(digits.images[:50], before)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any(axis=(1, 2)).all()
    assert first.dtype == np.uint8


def test_affine_without_reach_is_the_identity(digits, monkeypatch):
    for name in ("ROTATION", "ZOOM", "SHIFT"):
        monkeypatch.setattr(module, name, 0.0)
    np.testing.assert_array_equal(
        affine(digits.images[:20], np.random.default_rng(0)), digits.images[:20]
    )


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
    assert (moved[:, 16:, 14:].sum(axis=(1, 2)) > moved[:, :12, 14:].sum(axis=(1, 2))).all()
    assert (moved[:, 16:, 14:].sum(axis=(1, 2)) > 0).all()
