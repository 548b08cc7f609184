import gzip
import hashlib
import io
import struct
import zipfile

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.core.files import read_json
from stages.reading import published
from stages.reading.idx import read_idx
from stages.reading.published import PUBLISHED, Pinned
from stages.reading.published_files import fetch_published


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder that is the only mirror, and a place for what is fetched."""
    monkeypatch.chdir(tmp_path)
    for name in published.MIRRORS:
        monkeypatch.delenv(published.variable(name), raising=False)
        monkeypatch.setitem(published.MIRRORS, name, [str(tmp_path / "mirror")])
    (tmp_path / "raw").mkdir()
    (tmp_path / "mirror").mkdir()


def idx(array):
    start = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return start + array.astype(np.uint8).tobytes()


@pytest.mark.parametrize("dataset", ["mnist", "fashion_mnist"])
def test_other_files_than_the_pinned_are_refused_and_leave_nothing(tmp_path, dataset):
    for pinned in PUBLISHED[dataset].files:
        (tmp_path / "mirror" / f"{pinned.name}.gz").write_bytes(gzip.compress(b"something else"))
    with pytest.raises(UserError, match="something else") as error:
        fetch_published(tmp_path / "raw", dataset)
    assert f"point {dataset.upper()}_MIRROR at a folder" in str(error.value)
    assert list((tmp_path / "raw").iterdir()) == []


def test_a_packed_file_is_known_by_its_md5(tmp_path, monkeypatch):
    array = np.arange(2 * 784).reshape(2, 28, 28) % 256
    packed = gzip.compress(idx(array))
    pinned = [Pinned("train-images-idx3-ubyte", md5=hashlib.md5(packed).hexdigest())]
    monkeypatch.setitem(PUBLISHED, "kmnist", PUBLISHED["kmnist"]._replace(files=pinned))
    (tmp_path / "mirror/train-images-idx3-ubyte.gz").write_bytes(packed)
    fetch_published(tmp_path / "raw", "kmnist")
    np.testing.assert_array_equal(read_idx(tmp_path / "raw/train-images-idx3-ubyte", 3), array)
    assert read_json(tmp_path / "raw/dataset.json")["classes"][:2] == ["o", "ki"]


def test_emnist_is_turned_upright_and_its_letters_counted_from_0(tmp_path, monkeypatch):
    upright = np.random.default_rng(0).integers(0, 256, (5, 28, 28))
    labels = np.array([1, 2, 26, 1, 3])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for part in ("train", "test"):
            for kind, array in (
                ("images-idx3", upright.transpose(0, 2, 1)),
                ("labels-idx1", labels),
            ):
                name = f"gzip/emnist-letters-{part}-{kind}-ubyte.gz"
                archive.writestr(name, gzip.compress(idx(array)))
    pinned = [Pinned("gzip.zip", md5=hashlib.md5(content.getvalue()).hexdigest())]
    letters = PUBLISHED["emnist_letters"]._replace(files=pinned)
    monkeypatch.setitem(PUBLISHED, "emnist_letters", letters)
    (tmp_path / "mirror/gzip.zip").write_bytes(content.getvalue())
    fetch_published(tmp_path / "raw", "emnist_letters")
    for part in ("train", "t10k"):
        images = read_idx(tmp_path / f"raw/{part}-images-idx3-ubyte", 3)
        np.testing.assert_array_equal(images, upright)
        assert read_idx(tmp_path / f"raw/{part}-labels-idx1-ubyte", 1).tolist() == [0, 1, 25, 0, 2]
    assert not (tmp_path / "raw/gzip.zip").exists()
    assert read_json(tmp_path / "raw/dataset.json")["classes"][25] == "Z"
