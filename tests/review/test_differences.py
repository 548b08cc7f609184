from types import SimpleNamespace

import pandas as pd
import pytest

from stages.comparing.verdicts import interval_of_change
from stages.review.comparison import compare_with
from stages.review.differences import (
    data_difference,
    fitting,
    metrics_difference,
    params_difference,
    seconds_difference,
)
from stages.review.recorded import Recorded
from tests.review.conftest import FITTING, metrics

OLD, NEW = metrics(0.9, 0.9), metrics(0.7, 0.8)
OLD["test"]["log_loss"], NEW["test"]["log_loss"] = 0.4, 0.5
SIDE = Recorded(
    {"name": "digits", "validation": 300, "test": 400},
    {"data/split/fitting": FITTING},
    {"a": OLD, "b": metrics(0.8, 0.8), "gone": metrics(0.5, 0.5)},
    {"a": 1.0, "b": 2.0, "gone": 3.0},
    ["a", "b", "gone"],
    {},
)
AFTER = SIDE._replace(
    scores={"new": metrics(0.9, 0.9), "b": metrics(0.8, 0.8), "a": NEW},
    seconds={"a": 1.5, "b": 2.0, "new": 4.0},
)
OTHER_ROWS = AFTER._replace(data={"data/split/fitting": {"md5": "9f.dir"}})
VERDICTS = pd.DataFrame([{"family": "a", "low": -0.3, "high": -0.1}])
NONE = (None, None)


@pytest.mark.parametrize(
    ("after", "why_not", "test", "validation"),
    [
        (AFTER, "", (-0.3, -0.1), interval_of_change(0.9, 0.8, 300)),
        (OTHER_ROWS, "", (-0.3, -0.1), NONE),
        (AFTER._replace(data={}), "", (-0.3, -0.1), NONE),  # nor are unknown ones known as equal
        (AFTER, "other digits", NONE, NONE),
    ],
)
def test_what_both_have_and_differs_has_an_interval_where_it_is_an_accuracy(
    after, why_not, test, validation
):
    both = SimpleNamespace(before=SIDE, after=after, verdicts=VERDICTS, why_not=why_not)
    assert [tuple(line.values()) for line in metrics_difference(both)] == [
        ("a", "test.accuracy", 0.9, 0.7, *test),
        ("a", "test.log_loss", 0.4, 0.5, *NONE),
        ("a", "validation.accuracy", 0.9, 0.8, *validation),
    ]


def test_seconds_are_those_of_families_that_were_fitted_anew():
    assert seconds_difference(SIDE, AFTER) == [{"family": "a", "before": 1.0, "after": 1.5}]
    assert seconds_difference(SIDE._replace(seconds={}), AFTER) == []


def test_params_of_a_real_repository(measured, families):
    families("a", "b")
    (measured / "dvc.yaml").write_text("params: [params.yaml]\n")
    gone = {"file": "params.yaml", "param": "families.c.seed", "before": 0, "after": None}
    assert gone in params_difference(compare_with("main"))


def test_data_that_is_the_same_is_not_listed():
    assert data_difference(SIDE, SIDE) == []
    after = SIDE._replace(dataset=SIDE.dataset | {"test": 500}, data={})
    assert data_difference(SIDE, after) == [
        {"what": "test", "before": 400, "after": 500},
        {"what": "data/split/fitting", "before": "2f.dir, 1,000 bytes", "after": None},
    ]
    nothing = Recorded(None, {}, {}, {}, [], {})
    assert [line["before"] for line in data_difference(nothing, SIDE)] == [None] * 4


def test_what_does_not_fit_is_counted():
    lines = [{"metric": "a" * 79, "before": 1}] * 10
    assert fitting(lines, 350) == (lines[:3], 7)
    assert fitting(lines[:2], 200) == (lines[:2], 0)
    assert fitting([], 0) == ([], 0)
