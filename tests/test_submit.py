import numpy as np
import pandas as pd

from stages import submit
from stages.core.files import read_json
from stages.core.paths import PROCESSED
from stages.core.rows import Dataset, Rows, save_rows


class Guesses:
    """A family whose model says of an image what its first pixel says."""

    name, build = "guesses", None

    def __init__(self):
        self.framework, self.asked = self, []

    def load(self, build, folder):
        return "the model"

    def score(self, model, images):
        assert model == "the model"
        self.asked.append(len(images))
        return np.eye(3, dtype=np.float32)[images[:, 0, 0]]


def test_rows_are_answered_in_order_from_1(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(submit, "CHUNK", 4)
    pixels = np.array([2, 0, 1, 1, 2, 0, 0, 1, 2], np.uint8)
    images = np.tile(pixels[:, None, None], (1, 28, 28))
    names = ["zero", "one", "two"]
    rows = Rows(images, np.full(9, -1), np.arange(9))
    save_rows(PROCESSED / "unlabelled", rows, Dataset("mine", names))
    family = Guesses()
    monkeypatch.setattr(submit, "open_saved", lambda folder: (family, names))
    submit.main()
    table = pd.read_csv(tmp_path / "data/submission/submission.csv")
    assert table["ImageId"].tolist() == list(range(1, 10))
    assert table["Label"].tolist() == [names[pixel] for pixel in pixels]
    assert family.asked == [4, 4, 1]
    assert read_json(tmp_path / "data/submission/about.json") == {"rows": 9, "family": "guesses"}
    assert "submission.csv: 9 rows" in capsys.readouterr().out


def test_without_such_rows_nothing_is_written_and_no_model_is_read(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    submit.main()
    (written,) = (tmp_path / "data/submission").iterdir()
    assert read_json(written) == {"rows": 0}
    assert "nothing to submit" in capsys.readouterr().out
