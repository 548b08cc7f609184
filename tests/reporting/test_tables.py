import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix

from stages.core.errors import UserError
from stages.reporting.tables import (
    machines,
    matrix,
    most_confused,
    parity,
    standouts,
    sturdiest,
)

CELLS = [("b", "b", 5), ("b", "a", 1), ("a", "b", 3), ("a", "a", 4)]
COLUMNS = ["actual", "predicted", "count"]
COUNTS = pd.DataFrame(CELLS, columns=COLUMNS)


def test_the_most_confused_pair_comes_from_the_counts():
    assert most_confused(COUNTS) == {"actual": "a", "predicted": "b", "count": 3}
    assert most_confused(COUNTS.assign(count=[5, 0, 0, 4])) is None


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
    square = matrix(pd.DataFrame(cells, columns=COLUMNS), names)
    assert square.shape == (40, 40)
    assert list(square.index) == list(square.columns)
    assert square.index[-1] == "(all others)"
    shown = [names.index(name) for name in square.index[:-1]]
    assert shown == sorted(shown)
    rest = sorted(set(range(60)) - set(shown))
    counts = square.to_numpy()
    assert counts.sum() == 500
    np.testing.assert_array_equal(counts[:-1, :-1], full[np.ix_(shown, shown)])
    np.testing.assert_array_equal(counts[:-1, -1], full[np.ix_(shown, rest)].sum(1))
    errors = full.sum(0) + full.sum(1) - 2 * full.diagonal()
    assert errors[shown].min() >= errors[rest].max()


def test_one_architecture_has_one_number_of_parameters():
    fits = {"a": {"parameters": 7}, "b": {"parameters": 7}, "c": {"parameters": 8}}
    assert parity(["a", "b"], {"fits": fits}) == ["a", "b"]
    with pytest.raises(UserError, match=r"equal numbers of parameters, got a 7, c 8"):
        parity(["a", "c"], {"fits": fits})
    with pytest.raises(UserError, match=r"report.parity: unknown family 'x'"):
        parity(["x"], {"fits": fits})


def test_each_machine_is_named_once():
    places = [("X", "2"), ("Y", "2"), ("X", "2"), ("X", "1")]
    fits = {n: {"environment": {"processor": p, "threads": t}} for n, (p, t) in enumerate(places)}
    assert machines(fits) == ["X, 2 threads", "Y, 2 threads", "X, 1 thread"]


def test_the_sturdiest_is_of_those_that_were_tried():
    table = pd.DataFrame({"family": list("abc"), "test_robustness": [0.5, 0.9, None]})
    assert sturdiest(table) == ["b"]
    assert sturdiest(table[["family"]]) == []


def test_the_leader_and_the_best_of_each_framework_stand_out():
    frameworks = {"ensemble": "of several", "a": "x", "b": "x", "c": "y", "d": "x"}
    table = pd.DataFrame(frameworks.items(), columns=["family", "framework"])
    assert standouts(table, "a") == ["a", "c"]
