import pandas as pd
import pytest

from stages.common.errors import UserError
from stages.common.report_tables import matrix, most_confused, parity, standouts

COUNTS = pd.DataFrame(
    {
        "actual": ["b", "b", "a", "a"],
        "predicted": ["b", "a", "b", "a"],
        "count": [5, 1, 3, 4],
    }
)


def test_the_most_confused_pair_comes_from_the_counts():
    worst = most_confused(COUNTS)
    assert (worst["actual"], worst["predicted"], worst["count"]) == ("a", "b", 3)


def test_no_pair_is_confused_where_all_is_right():
    counts = COUNTS.assign(count=[5, 0, 0, 4])
    assert most_confused(counts) is None


def test_the_matrix_keeps_the_order_of_the_classes():
    square = matrix(COUNTS)
    assert square.index.tolist() == square.columns.tolist() == ["b", "a"]
    assert square.to_numpy().tolist() == [[5, 1], [3, 4]]


def test_one_architecture_has_one_number_of_parameters():
    fits = {"a": {"parameters": 7}, "b": {"parameters": 7}, "c": {"parameters": 8}}
    assert parity(["a", "b"], {"fits": fits}) == ["a", "b"]
    with pytest.raises(UserError, match=r"equal numbers of parameters, got a 7, c 8"):
        parity(["a", "c"], {"fits": fits})
    with pytest.raises(UserError, match=r"report.parity: unknown family 'x'"):
        parity(["x"], {"fits": fits})


def test_the_leader_and_the_best_of_each_framework_stand_out():
    table = pd.DataFrame(
        {
            "family": ["ensemble", "a", "b", "c", "d"],
            "framework": ["of several", "x", "x", "y", "x"],
        }
    )
    assert standouts(table, "a") == ["a", "c"]
