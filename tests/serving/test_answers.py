import csv
import io
import json

import numpy as np
import pytest

from stages.serving.answers import Wish, is_rejected, lines, writer
from stages.serving.source import Batch

SCORES = np.array([[0.2, 0.7, 0.1], [0.4, 0.2, 0.4], [1, 0, 0]], np.float32)
BATCH = Batch(
    ["x", "y", "z"],
    np.zeros((3, 28, 28), np.uint8),
    np.array([False, False, True]),
    ["", "ink at the border", "blank"],
)


def answers(top=None, reject=None, measure="probability"):
    """The answers to a clear digit, a doubtful one, and a blank."""
    return list(lines(BATCH, SCORES, ["a", "b", "c"], Wish(top, reject, measure)))


def test_the_best_and_its_runner_up():
    first, tie, blank = answers()
    columns = ["source", "label", "probability", "runner_up", "runner_up_probability", "note"]
    assert list(first) == columns
    assert list(first.values()) == ["x", "b", 0.7, "a", 0.2, None]
    assert list(tie.values()) == ["y", "a", 0.4, "c", 0.4, "ink at the border"]
    assert blank == dict.fromkeys(columns) | {"source": "z", "note": "blank"}


def test_the_best_few_scores_are_called_so():
    first, *_ = answers(top=2, measure="score")
    assert list(first.items())[1:-1] == [
        ("label", "b"),
        ("score", 0.7),
        ("label_2", "a"),
        ("score_2", 0.2),
    ]
    assert list(answers(top=1)[0]) == ["source", "label", "probability", "note"]


@pytest.mark.parametrize(("reject", "labels"), [(0.5, "b-"), (0.7, "b-"), (0.700001, "--")])
def test_doubtful_digits_get_no_label_but_keep_their_numbers(reject, labels):
    for top in (None, 2):
        *told, _ = answers(top, reject)
        assert "".join(line["label"] or "-" for line in told) == labels
    *clear, blank = answers(reject=reject)
    assert [line["probability"] for line in clear] == [0.7, 0.4]
    rejected = [is_rejected(line, Wish(None, reject, "probability")) for line in (*clear, blank)]
    assert rejected == [label == "-" for label in labels] + [False]


def test_csv_quotes_what_must_be_and_jsonl_says_null():
    line = {"source": 'a,"b"\n.png', "label": None, "probability": 0.25}
    texts = {}
    for kind in ("csv", "jsonl"):
        stream = io.StringIO()
        writer(kind, stream, list(line))(line)
        texts[kind] = stream.getvalue()
    (read,) = csv.DictReader(io.StringIO(texts["csv"]))
    assert read == {"source": line["source"], "label": "", "probability": "0.25"}
    assert texts["jsonl"].count("\n") == 1
    assert json.loads(texts["jsonl"]) == line
