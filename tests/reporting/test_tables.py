import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix

from stages.core.errors import UserError
from stages.reporting.tables import matrix, most_confused, parity, standouts

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
    square = matrix(COUNTS, ["b", "a"])
    assert square.index.tolist() == square.columns.tolist() == ["b", "a"]
    assert square.to_numpy().tolist() == [[5, 1], [3, 4]]


def test_of_many_classes_those_without_errors_are_joined():
    rng = np.random.default_rng(0)
    names = [f"class {n}" for n in range(60)]
    actual, predicted = rng.integers(0, 60, (2, 500))
    predicted[actual < 30] = actual[actual < 30]  # half of the classes is hardly mistaken
    full = confusion_matrix(actual, predicted, labels=np.arange(60))
    cells = [(names[i], names[j], full[i, j]) for i, j in np.argwhere(full)]
    square = matrix(pd.DataFrame(cells, columns=["actual", "predicted", "count"]), names)
    assert square.shape == (40, 40)
    assert list(square.index) == list(square.columns)
    assert square.index[-1] == "(all others)"
    assert square.to_numpy().sum() == 500
    shown = [names.index(name) for name in square.index[:-1]]
    assert shown == sorted(shown)
    np.testing.assert_array_equal(square.to_numpy()[:-1, :-1], full[np.ix_(shown, shown)])
    rest = [n for n in range(60) if n not in shown]
    np.testing.assert_array_equal(square.to_numpy()[:-1, -1], full[np.ix_(shown, rest)].sum(1))
    errors = full.sum(0) + full.sum(1) - 2 * full.diagonal()
    assert errors[shown].min() >= errors[rest].max()


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
