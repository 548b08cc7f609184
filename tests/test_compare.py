import numpy as np
import pandas as pd

from stages.compare import agreement, is_informed, missed_rows
from stages.core.rows import Rows

RIGHT = pd.DataFrame(
    {
        "a": [True, True, False, False, True],
        "b": [True, False, False, False, True],
        "c": [True, False, False, True, False],
    }
)
TEST = Rows(np.zeros((5, 28, 28), np.uint8), np.array([0, 1, 1, 0, 1]), np.arange(50, 55))


def test_a_constant_guess_is_not_informed():
    assert not is_informed(np.tile([0.1, 0.9], (4, 1)))
    assert is_informed(np.array([[0.1, 0.9], [0.9, 0.1]]))


def test_who_misses_what_by_hand():
    assert agreement(RIGHT) == {
        "families": 3,
        "missed_by_none": 1,
        "missed_by_some": 3,
        "missed_by_all": 1,
        "only": {"a": 1, "b": 0, "c": 1},
    }


def test_the_hardest_rows_come_first():
    table = missed_rows(RIGHT, TEST, ["x", "y"])
    assert table.to_dict("list") == {
        "index": [52, 51, 53],
        "label": ["y", "y", "x"],
        "missed_by": [3, 2, 2],
        "only": ["", "a", "c"],
    }
