import gzip
import pickle
import struct

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.reading.array_rows import open_idx, open_npy, open_npz

MANY = np.random.default_rng(0).integers(0, 256, (2300, 28, 28), np.uint8)
SOME = MANY[:3]


def idx(images, count=None, magic=b"\0\0\x08\x03"):
    header = struct.pack(">3I", len(images) if count is None else count, *images.shape[1:])
    return magic + header + images.tobytes()


def read(open_rows, path):
    rows = open_rows(path)
    parts = list(rows.chunks)
    assert sum(map(len, parts)) == rows.count
    assert max(map(len, parts)) <= 1000
    return np.concatenate(parts)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_in_chunks(tmp_path, pack):
    (tmp_path / "images").write_bytes(pack(idx(MANY)))
    np.testing.assert_array_equal(read(open_idx, tmp_path / "images"), MANY)


@pytest.mark.parametrize(
    "arrays",
    [
        {"anything": MANY},
        {"images": MANY, "labels": np.arange(2300)},
        {"x_train": SOME, "x_test": MANY, "y_test": np.arange(2300)},
        {"images": MANY.reshape(-1, 784)},
        {"images": MANY[..., None]},
    ],
)
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz_in_chunks(tmp_path, save, arrays):
    save(tmp_path / "a.npz", **arrays)
    np.testing.assert_array_equal(read(open_npz, tmp_path / "a.npz"), MANY)


def test_images_of_another_size_keep_it_and_come_in_smaller_chunks(tmp_path):
    large = np.random.default_rng(0).integers(0, 256, (20, 280, 300), np.uint8)
    (tmp_path / "images").write_bytes(idx(large))
    parts = list(open_idx(tmp_path / "images").chunks)
    assert [len(part) for part in parts] == [9, 9, 2]
    np.testing.assert_array_equal(np.concatenate(parts), large)


def test_npy_in_chunks(tmp_path):
    np.save(tmp_path / "a.npy", MANY)
    np.testing.assert_array_equal(read(open_npy, tmp_path / "a.npy"), MANY)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (idx(SOME, magic=b"\0\0\x08\x01"), "starts with 00000801, expected 00000803"),
        (idx(SOME, magic=b"\0\0\x0d\x03"), "starts with 00000d03"),
        (idx(SOME)[:9], "not an IDX file of images"),
        (idx(SOME)[:-1], "2351 bytes of pixels, but its header announces 3 images"),
        (idx(SOME) + b"\0", "more bytes of pixels, but its header announces 3 images"),
        (idx(SOME, count=2**32 - 1), "2352 bytes of pixels, but its header announces 4294967295"),
        (idx(np.zeros((2, 7, 28), np.uint8)), "images of 7x28 pixels, expected 28x28, or other"),
        (idx(np.zeros((2, 8, 1025), np.uint8)), "images of 8x1025 pixels, expected 28x28"),
        (idx(np.zeros((0, 28, 28), np.uint8)), "holds no image"),
    ],
)
def test_a_wrong_idx_file_is_one_line(tmp_path, pack, content, message):
    path = tmp_path / "images"
    path.write_bytes(pack(content))
    with pytest.raises(UserError, match=message):
        open_idx(path)


def test_a_cut_gzip_is_one_line(tmp_path):
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(idx(MANY[:50]))[:-2000])
    with pytest.raises(UserError, match=r"images\.gz: is damaged: Compressed file ended"):
        open_idx(path)


class Trap:
    """Unpickling it leaves a mark."""

    def __reduce__(self):
        from pathlib import Path

        return Path.touch, (Path("unpickled"),)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": SOME, "b": SOME}, "holds a, b; expected a single array, or one named images"),
        ({}, "holds no array"),
        ({"images": SOME / 255}, r"an array of float64 of shape \(3, 28, 28\), expected uint8"),
        ({"images": np.asfortranarray(SOME)}, "Fortran order"),
        ({"images": SOME[:, :7]}, "images of 7x28 pixels"),
        ({"images": np.zeros((2, 28, 28, 3), np.uint8)}, "images of 28x28x3 pixels"),
        ({"images": SOME[0, 0]}, r"of shape \(28,\)"),
        ({"images": SOME[:0]}, "holds no image"),
        ({"images": np.array([Trap()])}, "an array of object"),
    ],
)
def test_a_wrong_npz_file_is_one_line(tmp_path, monkeypatch, arrays, message):
    monkeypatch.chdir(tmp_path)
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(UserError, match=message):
        open_npz(tmp_path / "a.npz")
    assert not (tmp_path / "unpickled").exists()


@pytest.mark.parametrize("open_rows", [open_npz, open_npy])
@pytest.mark.parametrize("content", [b"", b"PK", b"\x93NUMPY\x09\x00", pickle.dumps(Trap())])
def test_foreign_bytes_are_one_line(tmp_path, monkeypatch, open_rows, content):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(UserError, match=r"/a: ") as error:
        open_rows(tmp_path / "a")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "unpickled").exists()


def test_a_header_that_promises_more_is_refused(tmp_path):
    np.save(tmp_path / "a.npy", SOME)
    content = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(content.replace(b"(3, 28", b"(9, 28"))
    with pytest.raises(UserError, match="2352 bytes of pixels, but its header announces"):
        open_npy(tmp_path / "a.npy")
