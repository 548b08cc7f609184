import gzip
import struct

import numpy as np
import pytest

from stages.reading import row_files
from stages.reading.idx import write_idx
from stages.reading.idx_files import open_idx, parts
from stages.reading.scan import as_digit

MANY = np.random.default_rng(0).integers(0, 256, (2300, 28, 28), np.uint8)
SOME = MANY[:3]


def idx(images, count=None, magic=b"\0\0\x08\x03"):
    header = struct.pack(">3I", len(images) if count is None else count, *images.shape[1:])
    return magic + header + images.tobytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_rows_in_chunks(tmp_path, pack):
    (tmp_path / "images").write_bytes(pack(idx(MANY)))
    rows = open_idx(tmp_path / "images")
    chunks = list(rows.chunks)
    assert rows.count == len(MANY)
    assert [len(chunk) for chunk in chunks] == [1000, 1000, 300]
    np.testing.assert_array_equal(np.concatenate(chunks), MANY)


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
        (idx(np.zeros((0, 28, 28), np.uint8)), "holds no image"),
    ],
)
def test_a_wrong_idx_file_is_one_line(tmp_path, refused, pack, content, message):
    path = tmp_path / "images"
    path.write_bytes(pack(content))
    with refused(message):
        open_idx(path)


@pytest.fixture
def folder(tmp_path, rows):
    """IDX pairs as MNIST's are called, those of the test rows gzipped."""
    for name, array in (("images-idx3", rows.images), ("labels-idx1", rows.labels)):
        write_idx(tmp_path / f"train-{name}-ubyte", array.astype(np.uint8))
        write_idx(tmp_path / "some", array[:5].astype(np.uint8))
        packed = gzip.compress((tmp_path / "some").read_bytes())
        (tmp_path / f"t10k-{name}-ubyte.gz").write_bytes(packed)
    return tmp_path


def test_idx_pairs(folder, rows, brought, monkeypatch):
    monkeypatch.setattr(row_files, "CHUNK", 16)
    arrays, dataset = brought(parts(folder))
    assert dataset["classes"] == list("0123456789")
    for name, expected in (("train", rows), ("t10k", rows.take(np.arange(5)))):
        np.testing.assert_array_equal(arrays[f"{name}-images-idx3-ubyte"], expected.images)
        np.testing.assert_array_equal(arrays[f"{name}-labels-idx1-ubyte"], expected.labels)


def test_labels_of_more_bytes_and_images_of_another_size(tmp_path, rows, brought):
    write_idx(tmp_path / "train-images", np.pad(rows.images, [(0,), (16,), (10,)]))
    labels = struct.pack(">4BI40i", 0, 0, 0x0C, 1, 40, *(rows.labels * 1000))
    (tmp_path / "train-labels").write_bytes(labels)
    arrays, dataset = brought(parts(tmp_path))
    assert dataset["classes"] == [str(1000 * n) for n in range(10)]  # by value, not as text
    np.testing.assert_array_equal(arrays["train-labels-idx1-ubyte"], rows.labels)
    expected = [as_digit(np.pad(image, [(16,), (10,)])) for image in rows.images]
    np.testing.assert_array_equal(arrays["train-images-idx3-ubyte"], expected)


def cut(path, by):
    path.write_bytes(path.read_bytes()[:-by])


def relabel(folder, array):
    write_idx(folder / "train-labels-idx1-ubyte", array)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: cut(f / "train-images-idx3-ubyte", 1), "bytes of pixels, but its header"),
        (lambda f: cut(f / "train-labels-idx1-ubyte", 1), "39 bytes of labels, but its header"),
        (lambda f: cut(f / "t10k-images-idx3-ubyte.gz", 9), "is damaged: Compressed file ended"),
        (lambda f: (f / "train-labels-idx1-ubyte").unlink(), "files of the part train: train"),
        (lambda f: (f / "train-labels-2").touch(), "expected one whose name holds train and"),
        (lambda f: relabel(f, np.zeros(9, np.uint8)), "40 images, but 9 labels in "),
        (lambda f: relabel(f, np.zeros((9, 1), np.uint8)), "00000802, expected 00000801 or 0"),
    ],
)
def test_what_does_not_fit_is_one_line(folder, refused, spoil, message):
    spoil(folder)
    with refused(message):
        parts(folder)


def test_a_file_is_no_folder_and_an_empty_folder_has_no_pair(tmp_path, refused):
    with refused("files of the part train: none; expected one"):
        parts(tmp_path)
    (tmp_path / "file").touch()
    with refused("not a folder; expected one with IDX files"):
        parts(tmp_path / "file")
