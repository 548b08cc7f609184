import pandas as pd
import pytest

from stages.bench.items import COLUMNS, ITEMS, TABLE, bench, is_met
from stages.core.errors import UserError


@pytest.mark.parametrize(("goal", "good", "bad"), [("<= 1.5", 1.5, 1.6), (">= 0.99", 0.99, 0.98)])
def test_a_goal_is_met_or_not(goal, good, bad):
    assert [is_met(good, goal), is_met(bad, goal), is_met(good, "")] == ["yes", "no", ""]


def test_the_committed_table_has_every_benchmark_and_says_rightly_what_is_met():
    table = pd.read_csv(TABLE, keep_default_na=False)
    assert list(table.columns) == COLUMNS
    assert set(table["item"]) == set(ITEMS)
    for _, line in table.iterrows():
        assert line["met"] == is_met(float(line["measured"]), line["goal"])
    assert table["machine"].nunique() == 1


def test_an_item_is_measured_anew_and_the_others_stay(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, value in {"knn": 3.0, "svm": 1.0}.items():
        monkeypatch.setitem(ITEMS, name, lambda value=value: [("speed", value, ">= 2")])
    bench(["knn", "svm"])
    monkeypatch.setitem(ITEMS, "knn", lambda: [("speed", 1.5, ">= 2")])
    bench(["knn"])
    lines = pd.read_csv(TABLE).set_index("item")[["measured", "met"]]
    assert lines.loc["knn"].tolist() == [1.5, "no"]
    assert lines.loc["svm"].tolist() == [1.0, "no"]
    assert "knn" in capsys.readouterr().out


def test_an_unknown_item_is_one_line():
    with pytest.raises(UserError, match="^bench: no item 'knm'; there are: torch_cnn, "):
        bench(["knm"])
