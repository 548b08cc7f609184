from stages.bench import csv_reading
from stages.core.rows import Dataset, save_rows


def test_a_file_of_so_many_rows_is_read_and_measured(digits, tmp_path, monkeypatch):
    train = tmp_path / "train"
    save_rows(train, digits, Dataset("digits", list("0123456789")))
    for name, value in (("TRAIN", train), ("ROWS", 500), ("TIMES", 2)):
        monkeypatch.setattr(csv_reading, name, value)
    found = {what: value for what, value, _ in csv_reading.lines()}
    assert found["rows of a CSV"] == 1000
    assert found["rows read per second"] > 100
    assert 0.05 < found["GB, peak memory of reading it"] < 0.8
