import io
import pickle
from pathlib import Path

import numpy as np
import pytest

from stages.reading.npz_files import open_npy, open_npz, parts
from stages.reading.row_files import read_chunks

MANY = np.random.default_rng(0).integers(0, 256, (2300, 28, 28), np.uint8)
SOME = MANY[:3]
NUMBERS = np.arange(2300)


def save_npy(path, images):
    with path.open("wb") as file:
        np.save(file, images)


@pytest.mark.parametrize(
    ("open_rows", "save", "arrays"),
    [
        (open_npy, save_npy, {"images": MANY}),
        (open_npz, np.savez, {"anything": MANY}),
        (open_npz, np.savez_compressed, {"anything": MANY}),
        (open_npz, np.savez, {"images": MANY, "labels": NUMBERS}),
        (open_npz, np.savez, {"x_train": SOME, "x_test": MANY, "y_test": NUMBERS}),
        (open_npz, np.savez_compressed, {"images": MANY.reshape(-1, 784)}),
        (open_npz, np.savez, {"images": MANY[..., None]}),
    ],
)
def test_rows_in_chunks(tmp_path, open_rows, save, arrays):
    save(tmp_path / "a.npz", **arrays)
    rows = open_rows(tmp_path / "a.npz")
    chunks = list(rows.chunks)
    assert rows.count == len(MANY)
    assert [len(chunk) for chunk in chunks] == [1000, 1000, 300]
    np.testing.assert_array_equal(np.concatenate(chunks), MANY)


def test_larger_images_come_in_smaller_chunks(tmp_path):
    large = np.random.default_rng(0).integers(0, 256, (20, 280, 300), np.uint8)
    save_npy(tmp_path / "a.npy", large)
    chunks = list(open_npy(tmp_path / "a.npy").chunks)
    assert [len(chunk) for chunk in chunks] == [9, 9, 2]
    np.testing.assert_array_equal(np.concatenate(chunks), large)


def test_a_file_that_ends_within_its_rows_is_refused(refused):
    with refused("a: ends within its rows from 1000 on"):
        list(read_chunks(Path("a"), io.BytesIO(bytes(1000 * 784 + 5)), 1001, (28, 28)))


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
        ({"images": SOME[:, :7]}, "images of 7x28 pixels, expected 28x28, or other greys"),
        ({"images": np.zeros((2, 785), "u1")}, "images of 785 pixels"),
        ({"images": np.zeros((2, 28, 1025), "u1")}, "images of 28x1025 pixels"),
        ({"images": np.zeros((2, 28, 28, 3), "u1")}, "images of 28x28x3 pixels"),
        ({"images": np.zeros((2, 28, 28, 1, 1), "u1")}, "images of 28x28x1x1 pixels"),
        ({"images": SOME[0, 0]}, r"of shape \(28,\)"),
        ({"images": SOME[:0]}, "holds no image"),
        ({"images": np.array([Trap()])}, "an array of object"),
    ],
)
def test_a_wrong_npz_file_is_one_line(tmp_path, monkeypatch, refused, arrays, message):
    monkeypatch.chdir(tmp_path)
    np.savez(tmp_path / "a.npz", **arrays)
    with refused(message):
        open_npz(tmp_path / "a.npz")
    assert not (tmp_path / "unpickled").exists()


@pytest.mark.parametrize("open_rows", [open_npz, open_npy])
@pytest.mark.parametrize("content", [b"", b"PK", b"\x93NUMPY\x09\x00", pickle.dumps(Trap())])
def test_foreign_bytes_are_one_line(tmp_path, monkeypatch, refused, open_rows, content):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").write_bytes(content)
    with refused(r"/a: "):
        open_rows(tmp_path / "a")
    assert not (tmp_path / "unpickled").exists()


def test_a_header_that_promises_more_is_refused(tmp_path, refused):
    save_npy(tmp_path / "a.npy", SOME)
    content = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(content.replace(b"(3, 28", b"(9, 28"))
    with refused("2352 bytes of pixels, but its header announces"):
        open_npy(tmp_path / "a.npy")


@pytest.mark.parametrize("names", [("x_train", "y_train"), ("images", "labels"), ("x", "y")])
def test_npz_of_texts(tmp_path, rows, brought, names):
    labels = np.array([f"digit {label}" for label in rows.labels])
    np.savez_compressed(tmp_path / "a.npz", **dict(zip(names, (rows.images, labels), strict=True)))
    arrays, dataset = brought(parts(tmp_path / "a.npz"))
    assert dataset["classes"] == [f"digit {n}" for n in range(10)]
    np.testing.assert_array_equal(arrays["train-images-idx3-ubyte"], rows.images)
    np.testing.assert_array_equal(arrays["train-labels-idx1-ubyte"], rows.labels)


def test_keras_mnist_npz_has_test_rows(tmp_path, rows, brought):
    test = {"x_test": rows.images[3:6], "y_test": rows.labels[3:6]}
    np.savez(tmp_path / "a.npz", x_train=rows.images, y_train=rows.labels, **test)
    arrays, _ = brought(parts(tmp_path / "a.npz"))
    np.testing.assert_array_equal(arrays["t10k-images-idx3-ubyte"], rows.images[3:6])
    np.testing.assert_array_equal(arrays["t10k-labels-idx1-ubyte"], rows.labels[3:6])


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"pictures": SOME}, "holds pictures; expected x_train and"),
        ({"x": SOME, "y": np.zeros(2, int)}, "3 images, but 2 labels"),
        ({"x": SOME / 255, "y": np.zeros(3, int)}, "an array of float64"),
        ({"x": SOME, "y": np.zeros(3)}, "y: an array of float64 of"),
        ({"x": SOME, "y": np.array([{}] * 3)}, "Object arrays cannot"),
    ],
)
def test_a_wrong_npz_is_one_line(tmp_path, refused, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with refused(message):
        parts(tmp_path / "a.npz")


def test_a_missing_npz_and_one_that_is_none(tmp_path, refused):
    with refused("none.npz: cannot be read: No such file"):
        parts(tmp_path / "none.npz")
    (tmp_path / "a.npz").write_bytes(b"no archive")
    with refused("a.npz: is damaged: File is not a zip file"):
        parts(tmp_path / "a.npz")
    with refused("is a folder; expected an npz file"):
        parts(tmp_path)
