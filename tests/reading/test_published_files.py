import gzip
import hashlib
import io
import struct
import zipfile

import numpy as np
import pytest
from sklearn.datasets import load_digits

from stages.reading import published
from stages.reading.published import PUBLISHED, Pinned, sources
from stages.reading.published_files import copy_digits, fetch_published


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder that is the only mirror, and a place for what is fetched."""
    monkeypatch.chdir(tmp_path)
    for name in published.MIRRORS:
        monkeypatch.delenv(published.variable(name), raising=False)
        monkeypatch.setitem(published.MIRRORS, name, [str(tmp_path / "mirror")])
    (tmp_path / "raw").mkdir()
    (tmp_path / "mirror").mkdir()


@pytest.fixture
def pin(monkeypatch):
    """Puts one file in the place of those of a data set."""

    def pin(dataset, *pinned, **sums):
        changed = PUBLISHED[dataset]._replace(files=[Pinned(*pinned, **sums)])
        monkeypatch.setitem(PUBLISHED, dataset, changed)

    return pin


def idx(array):
    start = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return start + array.astype(np.uint8).tobytes()


@pytest.mark.parametrize(
    ("dataset", "variable"),
    [
        ("mnist", "MNIST_MIRROR"),
        ("fashion_mnist", "FASHION_MNIST_MIRROR"),
        ("kmnist", "KMNIST_MIRROR"),
        ("emnist_digits", "EMNIST_MIRROR"),
        ("emnist_letters", "EMNIST_MIRROR"),
    ],
)
def test_the_environments_mirror_comes_first(monkeypatch, dataset, variable):
    public = published.MIRRORS[PUBLISHED[dataset].mirrors]
    monkeypatch.setenv(variable, "")
    assert sources(dataset) == public
    monkeypatch.setenv(variable, "folder")
    assert sources(dataset) == ["folder", *public]


def test_every_file_is_pinned_and_the_classes_are_counted():
    for each in PUBLISHED.values():
        for pinned in each.files:
            assert len(pinned.sha256 or "") == 64 or len(pinned.md5 or "") == 32
    counts = {name: len(each.classes) for name, each in PUBLISHED.items()}
    assert counts.pop("emnist_letters") == 26
    assert set(counts.values()) == {10}
    for name in ("mnist", "fashion_mnist", "kmnist"):
        sizes = [pinned.size for pinned in PUBLISHED[name].files]
        assert sizes == [60_000 * 784 + 16, 60_000 + 8, 10_000 * 784 + 16, 10_000 + 8]


@pytest.mark.parametrize("dataset", ["mnist", "fashion_mnist"])
def test_other_files_than_the_pinned_are_refused_and_leave_nothing(tmp_path, refused, dataset):
    for pinned in PUBLISHED[dataset].files:
        (tmp_path / "mirror" / f"{pinned.name}.gz").write_bytes(gzip.compress(b"something else"))
    with refused(f"something else.+point {dataset.upper()}_MIRROR at a folder"):
        fetch_published(tmp_path / "raw", dataset)
    assert list((tmp_path / "raw").iterdir()) == []


def test_a_packed_file_is_known_by_its_md5(tmp_path, pin, read_raw):
    array = np.arange(2 * 784).reshape(2, 28, 28) % 256
    packed = gzip.compress(idx(array))
    pin("kmnist", "train-images-idx3-ubyte", md5=hashlib.md5(packed).hexdigest())
    (tmp_path / "mirror/train-images-idx3-ubyte.gz").write_bytes(packed)
    fetch_published(tmp_path / "raw", "kmnist")
    arrays, dataset = read_raw(tmp_path / "raw")
    np.testing.assert_array_equal(arrays["train-images-idx3-ubyte"], array)
    assert dataset["classes"][:2] == ["o", "ki"]


def test_without_a_mirror_dvcs_cache_does(tmp_path, pin, read_raw):
    content = idx(np.arange(9))
    pin("mnist", "train-labels-idx1-ubyte", len(content), hashlib.sha256(content).hexdigest())
    cached = tmp_path / ".dvc/cache/files/md5/12/34"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(content)
    fetch_published(tmp_path / "raw", "mnist")
    assert read_raw(tmp_path / "raw")[0]["train-labels-idx1-ubyte"].tolist() == list(range(9))


def test_emnist_is_turned_upright_and_its_letters_counted_from_0(tmp_path, pin, read_raw):
    upright = np.random.default_rng(0).integers(0, 256, (5, 28, 28))
    stored = {"images-idx3": upright.transpose(0, 2, 1), "labels-idx1": np.array([1, 2, 26, 1, 3])}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for part in ("train", "test"):
            for kind, array in stored.items():
                name = f"gzip/emnist-letters-{part}-{kind}-ubyte.gz"
                archive.writestr(name, gzip.compress(idx(array)))
    pin("emnist_letters", "gzip.zip", md5=hashlib.md5(content.getvalue()).hexdigest())
    (tmp_path / "mirror/gzip.zip").write_bytes(content.getvalue())
    fetch_published(tmp_path / "raw", "emnist_letters")
    arrays, dataset = read_raw(tmp_path / "raw")
    for part in ("train", "t10k"):
        np.testing.assert_array_equal(arrays[f"{part}-images-idx3-ubyte"], upright)
        assert arrays[f"{part}-labels-idx1-ubyte"].tolist() == [0, 1, 25, 0, 2]
    assert not (tmp_path / "raw/gzip.zip").exists()
    assert dataset["classes"][25] == "Z"


def test_digits_are_scikit_learns(tmp_path, read_raw):
    copy_digits(tmp_path / "raw")
    arrays, dataset = read_raw(tmp_path / "raw")
    oracle = load_digits()
    np.testing.assert_array_equal(arrays["train-images-idx3-ubyte"], oracle.images)
    np.testing.assert_array_equal(arrays["train-labels-idx1-ubyte"], oracle.target)
    classes = [str(digit) for digit in range(10)]
    assert dataset == {"name": "digits", "classes": classes, "brightest": 16}
