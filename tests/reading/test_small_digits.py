import numpy as np
from sklearn.datasets import load_digits

from stages.core.files import read_json
from stages.reading.idx import read_idx
from stages.reading.small_digits import copy_digits


def test_digits_are_scikit_learns(tmp_path):
    copy_digits(tmp_path)
    oracle = load_digits()
    np.testing.assert_array_equal(read_idx(tmp_path / "train-images-idx3-ubyte", 3), oracle.images)
    np.testing.assert_array_equal(read_idx(tmp_path / "train-labels-idx1-ubyte", 1), oracle.target)
    assert read_json(tmp_path / "dataset.json") == {
        "name": "digits",
        "classes": [str(digit) for digit in range(10)],
        "brightest": 16,
    }
