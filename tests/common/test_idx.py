import struct

import numpy as np
import pytest

from stages.common.errors import UserError
from stages.common.idx import read_idx, write_idx

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


def test_writes_only_bytes(tmp_path):
    with pytest.raises(TypeError, match="float64"):
        write_idx(tmp_path / "images", np.zeros(3))
