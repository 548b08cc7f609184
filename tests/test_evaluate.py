import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from stages.evaluate import robustness, speed

GROUPS = pd.DataFrame({"corruption": ["none", "blur"], "strength": [0.0, 1.5]})


def test_accuracy_of_each_group_with_its_wilson_interval():
    labels = np.tile([0, 1, 1, 0, 1], 2)
    scores = np.eye(2)[[0, 1, 1, 0, 1, 1, 1, 0, 0, 1]]
    table = robustness(scores, labels, GROUPS)
    assert table["corruption"].tolist() == ["none", "blur"]
    assert table["accuracy"].tolist() == [1, 0.6]
    assert table["digits"].tolist() == [5, 5]
    low, high = proportion_confint(3, 5, method="wilson")
    assert table["accuracy_low"][1] == pytest.approx(low)
    assert table["accuracy_high"][1] == pytest.approx(high)


def test_speed_has_four_significant_digits(tmp_path):
    (tmp_path / "model").write_bytes(b"x" * 123_456)
    images = np.zeros((300, 28, 28), np.uint8)
    told = speed(lambda images: np.ones((len(images), 2)), images, 0.7, tmp_path)
    assert told["digits_per_second"] == 428.6
    assert told["size_mb"] == 0.1235
    assert told["milliseconds_per_digit"] > 0
