from types import SimpleNamespace

import numpy as np
import pandas as pd

from stages import submit
from stages.core.files import read_json
from stages.core.rows import Rows, save_rows


class Guesses:
    """A model that says of an image what its first pixel says."""

    classes = ("zero", "one", "two")
    family = SimpleNamespace(name="guesses")

    def __init__(self):
        self.asked = []

    def score(self, images):
        self.asked.append(len(images))
        return np.eye(3, dtype=np.float32)[images[:, 0, 0]]


def test_rows_are_answered_in_order_from_1(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(submit, "CHUNK", 4)
    pixels = np.array([2, 0, 1, 1, 2, 0, 0, 1, 2], np.uint8)
    images = np.tile(pixels[:, None, None], (1, 28, 28))
    save_rows(submit.PROCESSED / "unlabelled", Rows(images, np.full(9, -1), np.arange(9)))
    model = Guesses()
    monkeypatch.setattr(submit, "open_saved", {"final": model}.__getitem__)
    submit.main()
    table = pd.read_csv(tmp_path / "data/submission/submission.csv")
    assert table["ImageId"].tolist() == list(range(1, 10))
    assert table["Label"].tolist() == [Guesses.classes[pixel] for pixel in pixels]
    assert model.asked == [4, 4, 1]
    assert read_json(tmp_path / "data/submission/about.json") == {"rows": 9, "family": "guesses"}
    assert "submission.csv: 9 rows" in capsys.readouterr().out


def test_without_such_rows_nothing_is_written_and_no_model_is_read(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    submit.main()
    (written,) = (tmp_path / "data/submission").iterdir()
    assert read_json(written) == {"rows": 0}
    assert "nothing to submit" in capsys.readouterr().out
