import numpy as np
import pandas as pd
import pytest

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
    names = ["zero", "-1", "=1+1"]
    rows = Rows(images, np.full(9, -1), np.arange(9))
    save_rows(PROCESSED / "unlabelled", rows, Dataset("mine", names))
    family = Guesses()
    monkeypatch.setattr(submit, "open_saved", lambda folder: (family, names))
    submit.main()
    names[2] = "'=1+1"
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


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_what_a_spreadsheet_would_run_has_a_quote_before_it(sign):
    assert submit.harmless(f"{sign}HYPERLINK(1)") == f"'{sign}HYPERLINK(1)"
    assert submit.harmless(sign) == sign


@pytest.mark.parametrize("name", ["7", "-1", "+1.5", "-1e-3", "seven", "a=b", "'", ""])
def test_numbers_and_words_are_as_kaggle_compares_them(name):
    assert submit.harmless(name) == name
