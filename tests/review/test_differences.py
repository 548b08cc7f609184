import json

import pandas as pd
import pytest

from stages.comparing.verdicts import interval_of_change
from stages.core.errors import UserError
from stages.review import differences
from stages.review.comparison import Comparison
from stages.review.differences import (
    data_difference,
    dvc,
    metrics_difference,
    params_difference,
)
from stages.review.recorded import Recorded
from stages.review.revisions import Revision

DATASET = {"name": "digits", "validation": 300, "test": 400}
HASHES = {"data/split/validation": {"md5": "1f.dir", "size": 1000}}
SIDE = Recorded(DATASET, HASHES, {}, [])
BASE = Revision("main", "c0ffee", None)
VERDICT = {"family": "a", "low": -0.3, "high": -0.1}
BOTH = Comparison(BASE, BASE, SIDE, SIDE, pd.DataFrame([VERDICT]), "")


@pytest.fixture
def says(monkeypatch):
    """Makes DVC print a text, and remembers what it was asked."""

    def set_text(text):
        asked = []
        monkeypatch.setattr(differences, "dvc", lambda *words: asked.append(words) or text)
        return asked

    return set_text


def metric(old, new):
    return {"old": old, "new": new, "diff": new - old}


def test_accuracies_come_first_with_their_intervals_and_seconds_apart(says):
    asked = says(
        json.dumps(
            {
                "metrics/costs/a.json": {"a.train.seconds": metric(1.0, 2.0)},
                "metrics/scores/a.json": {
                    "a.test.f1": metric(0.8, 0.6),
                    "a.validation.accuracy": metric(0.9, 0.8),
                    "a.test.accuracy": metric(0.9, 0.7),
                    "a.test.accuracy_low": metric(0.85, 0.65),
                },
                "metrics/scores/b.json": {"b.test.f1": {"old": None, "new": 0.5}},
            }
        )
    )
    lines, timed = metrics_difference(BOTH)
    assert asked == [("metrics", "diff", "--json", "c0ffee")]
    assert [line["metric"] for line in timed] == ["a.train.seconds"]
    told = {line["metric"]: (line["low"], line["high"]) for line in lines}
    assert list(told) == ["a.test.accuracy", "a.validation.accuracy", "a.test.f1"]
    assert told["a.test.accuracy"] == (-0.3, -0.1)
    assert told["a.validation.accuracy"] == interval_of_change(0.9, 0.8, 300)
    assert told["a.test.f1"] == (None, None)


def test_other_validation_digits_have_no_interval_of_change(says):
    says(json.dumps({"x": {"a.validation.accuracy": metric(0.9, 0.8)}}))
    other = SIDE._replace(data={"data/split/validation": {"md5": "2f.dir"}})
    ((line,), _) = metrics_difference(BOTH._replace(after=other))
    assert (line["low"], line["high"]) == (None, None)


def test_params_lose_the_spaces_that_align_them(says):
    says(
        "| Path   | Param   | c0ffee   | workspace  |\n|--|--|--|--|\n"
        "| p.yaml | a.b     | 1        | [2, 3]     |\n\n"
    )
    assert params_difference(BOTH) == [
        "| file | param | main | workspace |",
        "| --- | --- | --- | --- |",
        "| p.yaml | a.b | 1 | [2, 3] |",
    ]


def test_no_params_are_no_table(says):
    says("| Path   | Param   | c0ffee   | workspace  |\n|--|--|--|--|\n\n")
    assert params_difference(BOTH) == []


def test_data_that_is_the_same_is_not_listed():
    assert data_difference(SIDE, SIDE) == []
    after = Recorded(DATASET | {"test": 500}, {}, {}, [])
    assert data_difference(SIDE, after) == [
        {"what": "test", "before": 400, "after": 500},
        {"what": "data/split/validation", "before": "1f.dir, 1,000 bytes", "after": "\u2013"},
    ]
    assert len(data_difference(Recorded(None, {}, {}, []), SIDE)) == 4


def test_dvcs_complaint_is_the_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="^dvc params diff: ERROR: "):
        dvc("params", "diff", "nonesuch")
