import pandas as pd
import pytest

from stages.bench.items import COLUMNS, ITEMS, TABLE, is_met


@pytest.mark.parametrize(
    ("measured", "goal", "met"),
    [
        (1.4, "<= 1.5", "yes"),
        (1.6, "<= 1.5", "no"),
        (0.99, ">= 0.99", "yes"),
        (0.98, ">= 0.99", "no"),
        (3.0, "", ""),
    ],
)
def test_a_goal_is_met_or_not(measured, goal, met):
    assert is_met(measured, goal) == met


def test_the_committed_table_has_every_benchmark_and_says_rightly_what_is_met():
    table = pd.read_csv(TABLE, keep_default_na=False)
    assert list(table.columns) == COLUMNS
    assert set(table["item"]) == set(ITEMS)
    for _, line in table.iterrows():
        assert line["met"] == is_met(float(line["measured"]), line["goal"])
    assert table["machine"].nunique() == 1
