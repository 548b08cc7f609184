import struct

import numpy as np
import pytest

from stages.reading.idx import TYPES, new_idx, read_idx, write_idx

# Two images of 2x3 pixels, written by hand after the format's description.
TWO_IMAGES = bytes([0, 0, 8, 3]) + struct.pack(">III", 2, 2, 3) + bytes(range(12))


def test_hand_made_bytes_are_read_and_written_at_once_or_row_by_row(tmp_path):
    path = tmp_path / "images"
    path.write_bytes(TWO_IMAGES)
    images = read_idx(path, 3)
    np.testing.assert_array_equal(images, [[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]])
    write_idx(tmp_path / "again", images)
    assert (tmp_path / "again").read_bytes() == TWO_IMAGES
    with new_idx(tmp_path / "appended", np.dtype("u1"), (2, 3)) as append:
        append(images[:1])
        append(images[1:])
    assert (tmp_path / "appended").read_bytes() == TWO_IMAGES


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "starts with nothing"),
        (b"\x1f\x8b\x08\x00", "starts with 1f8b0800, expected 00000803"),
        (bytes([0, 0, 8, 1]) + TWO_IMAGES[4:], "starts with 00000801"),
        (TWO_IMAGES[:10], "starts with 00000803"),
        (TWO_IMAGES[:-1], r"27 bytes, but its header announces the shape \(2, 2, 3\)"),
        (TWO_IMAGES + b"\0", "29 bytes"),
        (None, "cannot be read: No such file"),
    ],
)
def test_refuses_anything_else(tmp_path, refused, content, message):
    path = tmp_path / "images"
    if content is not None:
        path.write_bytes(content)
    with refused(message):
        read_idx(path, 3)


@pytest.mark.parametrize(("dtype", "code"), [("i1", 0x09), (">i2", 0x0B), (">i4", 0x0C)])
def test_wider_labels_by_hand(tmp_path, refused, dtype, code):
    values = np.array([1, -2, 100], dtype)
    path = tmp_path / "labels"
    path.write_bytes(bytes([0, 0, code, 1]) + struct.pack(">I", 3) + values.tobytes())
    assert read_idx(path, 1, TYPES).tolist() == [1, -2, 100]
    with refused(f"starts with 0000{code:02x}01, expected 00000801"):
        read_idx(path, 1)
    write_idx(tmp_path / "again", values)
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_what_is_no_integer_or_was_not_finished_is_not_there(tmp_path):
    with pytest.raises(TypeError, match="float64"):
        write_idx(tmp_path / "images", np.zeros(3))
    with pytest.raises(ZeroDivisionError), new_idx(tmp_path / "a", np.dtype("u1"), ()) as append:
        append(np.zeros(3, np.uint8))
        1 / 0  # noqa: B018
    assert list(tmp_path.iterdir()) == []
