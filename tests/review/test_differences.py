from types import SimpleNamespace

import pandas as pd

from stages.comparing.verdicts import interval_of_change
from stages.review.comparison import compare_with
from stages.review.differences import (
    data_difference,
    metrics_difference,
    params_difference,
    seconds_difference,
)
from stages.review.recorded import Recorded
from tests.review.conftest import metrics

SIDE = Recorded(
    {"name": "digits", "validation": 300, "test": 400},
    {"data/split/validation": {"md5": "1f.dir", "size": 1000}},
    {"a": metrics(0.9, 0.9), "b": metrics(0.8, 0.8), "gone": metrics(0.5, 0.5)},
    {"a": 1.0, "b": 2.0, "gone": 3.0},
    ["a", "b", "gone"],
)
NEW = metrics(0.7, 0.8)
NEW["test"]["log_loss"] = 0.5
AFTER = SIDE._replace(
    scores={"new": metrics(0.9, 0.9), "b": metrics(0.8, 0.8), "a": NEW},
    seconds={"a": 1.5, "b": 2.0, "new": 4.0},
)
VERDICTS = pd.DataFrame([{"family": "a", "low": -0.3, "high": -0.1}])


def both(after=AFTER, why_not=""):
    return SimpleNamespace(before=SIDE, after=after, verdicts=VERDICTS, why_not=why_not)


def test_what_both_have_and_differs_has_an_interval_where_it_is_an_accuracy():
    SIDE.scores["a"]["test"]["log_loss"] = 0.4
    lines = metrics_difference(both())
    told = {line["metric"]: (line["low"], line["high"]) for line in lines}
    assert {line["family"] for line in lines} == {"a"}
    assert told == {
        "test.accuracy": (-0.3, -0.1),
        "test.log_loss": (None, None),
        "validation.accuracy": interval_of_change(0.9, 0.8, 300),
    }


def test_other_validation_rows_have_no_interval_of_change():
    other = AFTER._replace(data={"data/split/validation": {"md5": "2f.dir"}})
    lines = metrics_difference(both(other))
    assert [line["low"] for line in lines if line["metric"] != "test.accuracy"] == [None, None]


def test_without_verdicts_there_are_no_intervals():
    lines = metrics_difference(both(why_not="other digits"))
    assert {line["low"] for line in lines} == {None}
    assert [line["before"] for line in lines if line["metric"] == "test.accuracy"] == [0.9]


def test_seconds_are_those_of_families_that_were_fitted_anew():
    assert seconds_difference(SIDE, AFTER) == [{"family": "a", "before": 1.0, "after": 1.5}]
    assert seconds_difference(SIDE._replace(seconds={}), AFTER) == []


def test_params_of_a_real_repository(measured, families):
    families("a", "b")
    (measured / "dvc.yaml").write_text("params: [params.yaml]\n")
    found = {line["param"]: line for line in params_difference(compare_with("main"))}
    assert found["families.c.seed"] == {
        "file": "params.yaml",
        "param": "families.c.seed",
        "before": 0,
        "after": None,
    }


def test_data_that_is_the_same_is_not_listed():
    assert data_difference(SIDE, SIDE) == []
    after = SIDE._replace(dataset=SIDE.dataset | {"test": 500}, data={})
    assert data_difference(SIDE, after) == [
        {"what": "test", "before": 400, "after": 500},
        {"what": "data/split/validation", "before": "1f.dir, 1,000 bytes", "after": None},
    ]
    nothing = Recorded(None, {}, {}, {}, [])
    assert [line["before"] for line in data_difference(nothing, SIDE)] == [None] * 4
