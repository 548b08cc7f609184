import gzip
import struct

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.reading.idx import write_idx
from stages.reading.idx_files import open_idx, parts

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


@pytest.fixture
def folder(tmp_path, rows):
    """IDX pairs as MNIST's are called, those of the test rows gzipped."""
    write_idx(tmp_path / "train-images-idx3-ubyte", rows.images)
    write_idx(tmp_path / "train-labels-idx1-ubyte", rows.labels.astype(np.uint8))
    for name, array in (("images-idx3", rows.images[:5]), ("labels-idx1", rows.labels[:5])):
        path = tmp_path / f"t10k-{name}-ubyte"
        write_idx(path, array.astype(np.uint8))
        path.with_suffix(".gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    return tmp_path


def test_idx_pairs(folder, rows, brought):
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
    images = arrays["train-images-idx3-ubyte"]
    assert images.shape == (40, 28, 28)
    # Cut to its ink and centred by mass, as MNIST is.
    y, x = np.mgrid[:28, :28] + 0.5
    for image in images.astype(float):
        assert abs((image * y).sum() / image.sum() - 14) < 1.5
        assert abs((image * x).sum() / image.sum() - 14) < 1.5


def cut(path, by):
    path.write_bytes(path.read_bytes()[:-by])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: cut(f / "train-images-idx3-ubyte", 1), "bytes of pixels, but its header"),
        (lambda f: cut(f / "train-labels-idx1-ubyte", 1), "39 bytes of labels, but its header"),
        (lambda f: cut(f / "t10k-images-idx3-ubyte.gz", 9), "is damaged"),
        (lambda f: (f / "train-labels-idx1-ubyte").unlink(), "files of the part train: train"),
        (lambda f: (f / "train-labels-2").touch(), "expected one whose name holds train and"),
        (
            lambda f: write_idx(f / "train-labels-idx1-ubyte", np.zeros(9, np.uint8)),
            "40 images, but 9 labels in ",
        ),
        (
            lambda f: write_idx(f / "train-labels-idx1-ubyte", np.zeros((9, 1), np.uint8)),
            "starts with 00000802, expected 00000801 or 00000901",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(folder, spoil, message, brought):
    spoil(folder)
    with pytest.raises(UserError, match=message) as error:
        brought(parts(folder))
    assert "\n" not in str(error.value)


def test_a_file_is_no_folder_and_an_empty_folder_has_no_pair(folder, tmp_path_factory):
    with pytest.raises(UserError, match="not a folder; expected one with IDX files"):
        parts(folder / "train-images-idx3-ubyte")
    with pytest.raises(UserError, match="files of the part train: none; expected one"):
        parts(tmp_path_factory.mktemp("empty"))
