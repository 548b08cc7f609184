import numpy as np
import psutil

from stages.bench.items import csv_reading
from stages.core.rows import save_rows


def test_memory_is_that_of_the_reading_alone(digits, tmp_path, monkeypatch):
    train = tmp_path / "train"
    save_rows(train, digits)
    for name, value in (("TRAIN", train), ("ROWS", 500), ("TIMES", 2)):
        monkeypatch.setattr(csv_reading, name, value)
    ballast = np.ones(10**9, np.uint8)
    found = {what: value for what, value, _ in csv_reading.lines()}
    assert psutil.Process().memory_info().rss > ballast.nbytes
    assert found["rows of a CSV"] == 1000
    assert found["rows read per second"] > 100
    assert 0.05 < found["GB, peak memory of reading it"] < 0.8
