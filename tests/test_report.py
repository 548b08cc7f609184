import pandas as pd
import pytest
from jinja2 import UndefinedError

from stages.report import matrix, most_confused, render

COUNTS = pd.DataFrame(
    {
        "actual": ["b", "b", "a", "a"],
        "predicted": ["b", "a", "b", "a"],
        "count": [5, 1, 3, 4],
    }
)


def test_the_most_confused_pair_comes_from_the_counts():
    assert most_confused(COUNTS) == {"actual": "a", "predicted": "b", "count": 3}


def test_no_pair_is_confused_where_all_is_right():
    counts = COUNTS.assign(count=[5, 0, 0, 4])
    assert most_confused(counts) is None


def test_the_matrix_keeps_the_order_of_the_classes():
    square = matrix(COUNTS)
    assert square.index.tolist() == square.columns.tolist() == ["b", "a"]
    assert square.to_numpy().tolist() == [[5, 1], [3, 4]]


def test_a_number_that_is_missing_is_an_error_not_a_gap():
    with pytest.raises(UndefinedError):
        render("report.md", table=[{"family": "a"}])
