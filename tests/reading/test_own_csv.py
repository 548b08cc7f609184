import gzip

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.reading.own_csv import parts

NAMES = ",".join(f"pixel{n}" for n in range(784))


def write(path, images, labels=None, header=None, pack=bytes):
    rows = images.reshape(len(images), -1).astype(str).tolist()
    if labels is not None:
        rows = [[str(label), *row] for label, row in zip(labels, rows, strict=True)]
    lines = ([header] if header else []) + [",".join(row) for row in rows]
    path.write_bytes(pack("\n".join(lines).encode()))


@pytest.fixture
def rows(digits):
    """The first 40 digits: four of each."""
    return digits.take(np.arange(40))


def test_kaggles_pair(tmp_path, rows, brought):
    write(tmp_path / "train.csv", rows.images, rows.labels, f"label,{NAMES}")
    write(tmp_path / "test.csv", rows.images[::-1], None, NAMES)
    arrays, dataset = brought(parts(tmp_path, "label"))
    assert dataset == {"name": "mine", "classes": list("0123456789"), "brightest": 255}
    assert set(arrays) == {
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "unlabelled-images-idx3-ubyte",
    }
    np.testing.assert_array_equal(arrays["train-images-idx3-ubyte"], rows.images)
    np.testing.assert_array_equal(arrays["train-labels-idx1-ubyte"], rows.labels)
    np.testing.assert_array_equal(arrays["unlabelled-images-idx3-ubyte"], rows.images[::-1])


def test_a_headerless_pair_gzipped_with_a_labelled_test_file(tmp_path, rows, brought):
    names = [f"digit {label}" for label in rows.labels]
    write(tmp_path / "train.csv.gz", rows.images, names, pack=gzip.compress)
    write(tmp_path / "test.csv", rows.images[5:8], names[5:8])
    arrays, dataset = brought(parts(tmp_path, "label"))
    assert dataset["classes"] == [f"digit {n}" for n in range(10)]
    np.testing.assert_array_equal(arrays["t10k-images-idx3-ubyte"], rows.images[5:8])
    assert arrays["t10k-labels-idx1-ubyte"].tolist() == rows.labels[5:8].tolist()


def test_one_file_and_light_paper(tmp_path, rows, brought):
    write(tmp_path / "mine.csv", 255 - rows.images, rows.labels)
    arrays, _ = brought(parts(tmp_path / "mine.csv", 0))
    assert set(arrays) == {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"}
    np.testing.assert_array_equal(arrays["train-images-idx3-ubyte"], rows.images)


def test_without_a_train_file_or_its_labels(tmp_path, rows):
    with pytest.raises(UserError, match=r"no train\.csv or train\.csv\.gz in it"):
        parts(tmp_path, "label")
    write(tmp_path / "train.csv", rows.images)
    with pytest.raises(UserError, match=r"train\.csv: no column of labels; expected one called"):
        parts(tmp_path, "label")


def test_a_label_that_no_training_row_has(tmp_path, rows, brought):
    write(tmp_path / "train.csv", rows.images, rows.labels)
    write(tmp_path / "test.csv", rows.images[:2], [3, "x"])
    with pytest.raises(UserError, match=r"test\.csv: row 1: label 'x' is no class of the training"):
        brought(parts(tmp_path, "label"))
