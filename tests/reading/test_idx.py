import struct

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.reading.idx import new_idx, read_idx, write_idx

# Two images of 2x3 pixels, written by hand after the format's description.
TWO_IMAGES = bytes([0, 0, 8, 3]) + struct.pack(">III", 2, 2, 3) + bytes(range(12))


def test_reads_hand_made_bytes(tmp_path):
    path = tmp_path / "images"
    path.write_bytes(TWO_IMAGES)
    np.testing.assert_array_equal(
        read_idx(path, 3), [[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]]
    )


def test_writes_the_same_bytes(tmp_path):
    path = tmp_path / "images"
    write_idx(path, np.arange(12, dtype=np.uint8).reshape(2, 2, 3))
    assert path.read_bytes() == TWO_IMAGES


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "starts with nothing"),
        (b"\x1f\x8b\x08\x00", "starts with 1f8b0800, expected 00000803"),
        (bytes([0, 0, 8, 1]) + TWO_IMAGES[4:], "starts with 00000801"),
        (TWO_IMAGES[:10], "starts with 00000803"),
        (TWO_IMAGES[:-1], r"27 bytes, but its header announces the shape \(2, 2, 3\)"),
        (TWO_IMAGES + b"\0", "29 bytes"),
    ],
)
def test_refuses_anything_else(tmp_path, content, message):
    path = tmp_path / "images"
    path.write_bytes(content)
    with pytest.raises(UserError, match=message):
        read_idx(path, 3)


def test_a_missing_file_is_one_clear_line(tmp_path):
    with pytest.raises(UserError, match="cannot be read: No such file"):
        read_idx(tmp_path / "none", 1)


def test_writes_only_integers(tmp_path):
    with pytest.raises(TypeError, match="float64"):
        write_idx(tmp_path / "images", np.zeros(3))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("dtype", "code"), [("i1", 0x09), (">i2", 0x0B), (">i4", 0x0C)])
def test_wider_labels_by_hand(tmp_path, dtype, code):
    values = np.array([1, -2, 100], dtype)
    path = tmp_path / "labels"
    path.write_bytes(bytes([0, 0, code, 1]) + struct.pack(">I", 3) + values.tobytes())
    found = read_idx(path, 1, (0x08, code))
    assert found.tolist() == [1, -2, 100]
    with pytest.raises(UserError, match=f"starts with 0000{code:02x}01, expected 00000801"):
        read_idx(path, 1)
    write_idx(tmp_path / "again", values)
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_rows_are_appended_and_counted(tmp_path):
    with new_idx(tmp_path / "images", np.dtype("u1"), (2, 3)) as append:
        append(np.arange(6).reshape(1, 2, 3))
        append(np.arange(6, 12).reshape(1, 2, 3))
    assert (tmp_path / "images").read_bytes() == TWO_IMAGES


def test_a_file_that_was_not_finished_is_not_there(tmp_path):
    with pytest.raises(ZeroDivisionError), new_idx(tmp_path / "a", np.dtype("u1"), ()) as append:
        append(np.zeros(3, np.uint8))
        1 / 0  # noqa: B018
    assert list(tmp_path.iterdir()) == []
