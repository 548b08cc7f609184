import pickle
from pathlib import Path

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.reading.npz_files import open_npy, open_npz, parts

MANY = np.random.default_rng(0).integers(0, 256, (2300, 28, 28), np.uint8)
SOME = MANY[:3]


def read(rows):
    chunks = list(rows.chunks)
    assert rows.count == len(MANY)
    assert [len(chunk) for chunk in chunks] == [1000, 1000, 300]
    return np.concatenate(chunks)


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
    np.testing.assert_array_equal(read(open_npz(tmp_path / "a.npz")), MANY)


def test_npy_in_chunks(tmp_path):
    np.save(tmp_path / "a.npy", MANY)
    np.testing.assert_array_equal(read(open_npy(tmp_path / "a.npy")), MANY)


class Trap:
    """Unpickling it leaves a mark."""

    def __reduce__(self):
        return Path.touch, (Path("unpickled"),)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": SOME, "b": SOME}, "holds a, b; expected a single array, or one named images"),
        ({}, "holds no array"),
        ({"images": SOME / 255}, r"an array of float64 of shape \(3, 28, 28\), expected uint8"),
        ({"images": np.asfortranarray(SOME)}, "Fortran order"),
        ({"images": SOME[:, :7]}, "images of 7x28 pixels"),
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


@pytest.mark.parametrize(
    "names", [("x_train", "y_train"), ("images", "labels"), ("x", "y")], ids=lambda names: names[0]
)
def test_npz_of_texts(tmp_path, rows, brought, names):
    labels = np.array([f"digit {label}" for label in rows.labels])
    np.savez_compressed(tmp_path / "a.npz", **dict(zip(names, (rows.images, labels), strict=True)))
    arrays, dataset = brought(parts(tmp_path / "a.npz"))
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
    arrays, _ = brought(parts(tmp_path / "mnist.npz"))
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
        brought(parts(tmp_path / "a.npz"))
    assert "\n" not in str(error.value)


def test_a_missing_npz_and_one_that_is_none(tmp_path):
    with pytest.raises(UserError, match="none.npz: cannot be read: No such file"):
        parts(tmp_path / "none.npz")
    (tmp_path / "a.npz").write_bytes(b"no archive")
    with pytest.raises(UserError, match="a.npz: is damaged: File is not a zip file"):
        parts(tmp_path / "a.npz")
    with pytest.raises(UserError, match="is a folder; expected an npz file"):
        parts(tmp_path)
