import socket
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets
from sklearn.utils import Bunch

from stages.reading import open_ml
from stages.reading.open_ml import write_openml
from stages.reading.row_files import Options


@pytest.fixture
def openml(monkeypatch):
    """What OpenML would answer, and how it was asked: no test may reach it."""
    asked = []

    def answer(pixels, labels):
        def fetch(**arguments):
            assert socket.getdefaulttimeout() == open_ml.SILENCE
            asked.append(arguments)
            if isinstance(pixels, Exception):
                raise pixels
            return Bunch(data=pd.DataFrame(pixels), target=labels)

        monkeypatch.setattr(datasets, "fetch_openml", fetch)
        return asked

    return answer


def test_rows_by_name_and_by_number(openml, rows, tmp_path, read_raw):
    labels = pd.Series(rows.labels.astype(str), dtype="category")
    asked = openml(rows.images.reshape(40, -1).astype(np.int64), labels)
    write_openml(tmp_path, "mnist_784", Options())
    arrays, dataset = read_raw(tmp_path)
    assert (dataset["name"], dataset["classes"]) == ("mnist_784", list("0123456789"))
    np.testing.assert_array_equal(arrays["train-images-idx3-ubyte"], rows.images)
    np.testing.assert_array_equal(arrays["train-labels-idx1-ubyte"], rows.labels)
    write_openml(tmp_path, "554", Options())
    assert (asked[0]["name"], asked[0]["version"]) == ("mnist_784", 1)
    assert asked[1]["data_id"] == 554


@pytest.mark.parametrize(
    ("pixels", "labels", "message"),
    [
        (OSError("no route"), None, r"OpenML's x: cannot be fetched \(no route\); check download"),
        (np.zeros((2, 64)), pd.Series(["1", "2"]), "64 features of float64, expected 784 pixels"),
        (np.full((2, 784), 0.5), pd.Series(["1", "2"]), "row 0: a pixel is no whole number"),
        (np.full((2, 784), 256), pd.Series(["1", "2"]), "row 0: a pixel is no whole number"),
        (np.zeros((2, 784)), pd.Series(["1", None]), "a row has no label"),
        (np.zeros((2, 784)), None, "a row has no label"),
    ],
)
def test_what_cannot_be_used_is_one_line(openml, tmp_path, refused, pixels, labels, message):
    openml(pixels, labels)
    with refused(message):
        write_openml(tmp_path, "x", Options())


def test_an_answer_that_never_ends_is_cut(server, tmp_path, monkeypatch, refused):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(open_ml, "MOST", 1_000_000)
    monkeypatch.setattr(datasets._openml, "_DATA_INFO", f"{server.url}/endless/{{}}")
    with refused("554: cannot be fetched .*an answer of more than 1,000,000 bytes"):
        write_openml(tmp_path, "554", Options())
    assert not any(path.is_file() for path in Path("data").rglob("*"))
    assert socket.getdefaulttimeout() is None
