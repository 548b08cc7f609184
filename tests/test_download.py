import gzip

import numpy as np
import pytest
from sklearn.datasets import load_digits

from stages import download
from stages.common.errors import UserError
from stages.common.files import read_json
from stages.common.idx import read_idx
from stages.common.params import Download


def test_digits_are_scikit_learns(tmp_path):
    download.copy_digits(tmp_path)
    oracle = load_digits()
    np.testing.assert_array_equal(read_idx(tmp_path / "train-images-idx3-ubyte", 3), oracle.images)
    np.testing.assert_array_equal(read_idx(tmp_path / "train-labels-idx1-ubyte", 1), oracle.target)
    assert read_json(tmp_path / "dataset.json") == {
        "name": "digits",
        "classes": [str(digit) for digit in range(10)],
        "brightest": 16,
    }


def test_the_environments_mirror_comes_first(monkeypatch):
    params = Download(dataset="mnist", mirrors=["https://one", "https://two"])
    monkeypatch.delenv("MNIST_MIRROR", raising=False)
    assert download.mirrors(params) == ["https://one", "https://two"]
    monkeypatch.setenv("MNIST_MIRROR", "folder")
    assert download.mirrors(params) == ["folder", "https://one", "https://two"]


def test_the_pinned_sizes_are_those_of_the_format():
    images, labels = 60_000 * 784 + 16, 60_000 + 8
    test_images, test_labels = 10_000 * 784 + 16, 10_000 + 8
    assert [pinned.size for pinned in download.MNIST] == [images, labels, test_images, test_labels]


def test_other_files_than_mnist_are_refused_and_leave_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "PARTIAL", tmp_path / "partial")
    (tmp_path / "mirror").mkdir()
    for pinned in download.MNIST:
        (tmp_path / "mirror" / f"{pinned.name}.gz").write_bytes(gzip.compress(b"not MNIST"))
    (tmp_path / "raw").mkdir()
    with pytest.raises(UserError, match="something else"):
        download.download_mnist(tmp_path / "raw", [str(tmp_path / "mirror")])
    assert list((tmp_path / "raw").iterdir()) == []
