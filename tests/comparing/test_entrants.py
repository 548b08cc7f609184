import json

import numpy as np
import pytest

from stages.comparing.entrants import joined_tables, read_hard_scores, read_test_scores


@pytest.fixture(autouse=True)
def entrants(tmp_path, monkeypatch):
    """Two families, an evaluation of one that is gone, and the ensemble, which saw nothing hard."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/chosen").mkdir(parents=True)
    listed = json.dumps({"b": "pytorch", "a": "pytorch"})
    (tmp_path / "data/chosen/families.json").write_text(listed)
    for number, name in enumerate(
        ("evaluations/a", "evaluations/b", "evaluations/gone", "ensemble")
    ):
        folder = tmp_path / "data" / name
        folder.mkdir(parents=True)
        np.save(folder / "test.npy", np.full((2, 3), number))
        (folder / "classes.csv").write_text(f"class,precision\n1,0.{number}\nNA,\n")
        if name != "ensemble":
            np.save(folder / "hard.npy", np.full((1, 3), number))


def test_the_families_of_params_and_the_ensemble_are_compared_and_no_older_ones():
    found = read_test_scores()
    assert {name: int(scores[0, 0]) for name, scores in found.items()} == {
        "b": 1,
        "a": 0,
        "ensemble": 3,
    }
    assert list(found) == ["b", "a", "ensemble"]
    assert list(read_hard_scores()) == ["b", "a"]


def test_their_tables_lie_below_each_other_and_classes_stay_text():
    table = joined_tables("classes")
    assert list(table.columns) == ["family", "class", "precision"]
    assert table["family"].tolist() == ["b", "b", "a", "a", "ensemble", "ensemble"]
    assert table["class"].tolist() == ["1", "NA"] * 3
