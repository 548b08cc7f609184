import json

import numpy as np
import pytest

from stages.comparing.entrants import joined_tables, read_scores


@pytest.fixture(autouse=True)
def entrants(tmp_path, monkeypatch):
    """Two families, an evaluation of one that is gone, and the ensemble, which saw nothing hard."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/chosen").mkdir(parents=True)
    listed = json.dumps(
        {"ranking": {"by": "accuracy"}, "families": {"b": "pytorch", "a": "pytorch"}}
    )
    (tmp_path / "data/chosen/families.json").write_text(listed)
    folders = ("evaluations/a", "evaluations/b", "evaluations/gone", "ensemble")
    for number, name in enumerate(folders):
        folder = tmp_path / "data" / name
        folder.mkdir(parents=True)
        np.save(folder / "test.npy", np.full((2, 3), number))
        (folder / "classes.csv").write_text(f"class,precision\n1,0.{number}\nNA,\n")
        (folder / "errors.csv").write_text("index,label\n" + "7,1\n" * (name == "ensemble"))
        (folder / "empty.csv").write_text("index,label\n")
        if name != "ensemble":
            np.save(folder / "hard.npy", np.full((1, 3), number))


def test_the_families_of_params_and_the_ensemble_are_compared_and_no_older_ones():
    found = {name: int(scores[0, 0]) for name, scores in read_scores("test").items()}
    assert list(found.items()) == [("b", 1), ("a", 0), ("ensemble", 3)]
    assert list(read_scores("hard")) == ["b", "a"]


def test_their_tables_lie_below_each_other_and_classes_stay_text():
    table = joined_tables("classes")
    assert list(table.columns) == ["family", "class", "precision"]
    assert table["family"].tolist() == ["b", "b", "a", "a", "ensemble", "ensemble"]
    assert table["class"].tolist() == ["1", "NA"] * 3


def test_numbers_stay_whole_beside_empty_tables_whose_columns_remain():
    assert joined_tables("errors").to_csv(index=False) == "family,index,label\nensemble,7,1\n"
    assert joined_tables("empty").to_csv(index=False) == "family,index,label\n"
