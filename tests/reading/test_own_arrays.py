import gzip
import struct

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.reading.idx import write_idx
from stages.reading.own_arrays import idx_parts, npz_parts


@pytest.fixture
def rows(digits):
    """The first 40 digits: four of each."""
    return digits.take(np.arange(40))


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
    arrays, dataset = brought(idx_parts(folder))
    assert dataset["classes"] == list("0123456789")
    for name, expected in (("train", rows), ("t10k", rows.take(np.arange(5)))):
        np.testing.assert_array_equal(arrays[f"{name}-images-idx3-ubyte"], expected.images)
        np.testing.assert_array_equal(arrays[f"{name}-labels-idx1-ubyte"], expected.labels)


def test_labels_of_more_bytes_and_images_of_another_size(tmp_path, rows, brought):
    write_idx(tmp_path / "train-images", np.pad(rows.images, [(0,), (16,), (10,)]))
    labels = struct.pack(">4BI40i", 0, 0, 0x0C, 1, 40, *(rows.labels * 1000))
    (tmp_path / "train-labels").write_bytes(labels)
    arrays, dataset = brought(idx_parts(tmp_path))
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
        brought(idx_parts(folder))
    assert "\n" not in str(error.value)


def test_a_file_is_no_folder(folder):
    with pytest.raises(UserError, match="not a folder; expected one with IDX files"):
        idx_parts(folder / "train-images-idx3-ubyte")


@pytest.mark.parametrize(
    "names", [("x_train", "y_train"), ("images", "labels"), ("x", "y")], ids=lambda names: names[0]
)
def test_npz_of_texts(tmp_path, rows, brought, names):
    labels = np.array([f"digit {label}" for label in rows.labels])
    np.savez_compressed(tmp_path / "a.npz", **dict(zip(names, (rows.images, labels), strict=True)))
    arrays, dataset = brought(npz_parts(tmp_path / "a.npz"))
    assert dataset["classes"] == [f"digit {n}" for n in range(10)]
    np.testing.assert_array_equal(arrays["train-images-idx3-ubyte"], rows.images)
    np.testing.assert_array_equal(arrays["train-labels-idx1-ubyte"], rows.labels)


def test_keras_mnist_npz_has_test_rows(tmp_path, rows, brought):
    np.savez(
        tmp_path / "mnist.npz",
        x_train=rows.images,
        y_train=rows.labels,
        x_test=rows.images[3:6],
        y_test=rows.labels[3:6],
    )
    arrays, _ = brought(npz_parts(tmp_path / "mnist.npz"))
    np.testing.assert_array_equal(arrays["t10k-images-idx3-ubyte"], rows.images[3:6])
    np.testing.assert_array_equal(arrays["t10k-labels-idx1-ubyte"], rows.labels[3:6])


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"pictures": np.zeros((2, 28, 28), np.uint8)}, "holds pictures; expected x_train and"),
        ({"x": np.zeros((2, 28, 28), np.uint8), "y": np.zeros(3, int)}, "2 images, but 3 labels"),
        ({"x": np.zeros((2, 28, 28)), "y": np.zeros(2, int)}, "an array of float64"),
        ({"x": np.zeros((2, 28, 28), np.uint8), "y": np.zeros(2)}, "y: an array of float64 of"),
        ({"x": np.zeros((2, 28, 28), np.uint8), "y": np.array([{}, {}])}, "Object arrays cannot"),
    ],
)
def test_a_wrong_npz_is_one_line(tmp_path, brought, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(UserError, match=message) as error:
        brought(npz_parts(tmp_path / "a.npz"))
    assert "\n" not in str(error.value)


def test_a_missing_npz_and_one_that_is_none(tmp_path):
    with pytest.raises(UserError, match="none.npz: cannot be read: No such file"):
        npz_parts(tmp_path / "none.npz")
    (tmp_path / "a.npz").write_bytes(b"no archive")
    with pytest.raises(UserError, match="a.npz: is damaged: File is not a zip file"):
        npz_parts(tmp_path / "a.npz")
    with pytest.raises(UserError, match="is a folder; expected an npz file"):
        npz_parts(tmp_path)
