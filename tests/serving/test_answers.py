import csv
import io
import json

import numpy as np

from stages.serving.answers import Wish, is_rejected, lines, writer
from stages.serving.batches import Batch

CLASSES = ["a", "b", "c"]
SCORES = np.array([[0.2, 0.7, 0.1], [0.4, 0.2, 0.4], [1, 0, 0]], np.float32)
BATCH = Batch(["x", "y", "z"], np.zeros((3, 28, 28), np.uint8), np.array([False, False, True]))


def answers(top=None, reject=None, measure="probability"):
    return list(lines(BATCH, SCORES, CLASSES, Wish(top, reject, measure)))


def test_the_best_and_its_runner_up():
    first, tie, blank = answers()
    assert first == {
        "source": "x",
        "label": "b",
        "probability": 0.7,
        "runner_up": "a",
        "runner_up_probability": 0.2,
    }
    assert (tie["label"], tie["runner_up"]) == ("a", "c")
    assert blank == dict.fromkeys(first) | {"source": "z"}


def test_the_best_few():
    assert answers(top=3)[0] == {
        "source": "x",
        "label_1": "b",
        "probability_1": 0.7,
        "label_2": "a",
        "probability_2": 0.2,
        "label_3": "c",
        "probability_3": 0.1,
    }
    assert list(answers(top=1)[0]) == ["source", "label_1", "probability_1"]


def test_scores_are_called_so():
    columns = list(answers(measure="score")[0])
    assert columns == ["source", "label", "score", "runner_up", "runner_up_score"]


def test_doubtful_digits_get_no_label_but_keep_their_numbers():
    wish = Wish(None, 0.5, "probability")
    first, tie, blank = lines(BATCH, SCORES, CLASSES, wish)
    assert first["label"] == "b"
    assert tie["label"] is None
    assert tie["probability"] == 0.4
    assert [is_rejected(line, wish) for line in (first, tie, blank)] == [False, True, False]
    assert answers(top=2, reject=0.5)[1]["label_1"] is None


def test_the_limit_itself_is_good_enough():
    assert answers(reject=0.7)[0]["label"] == "b"
    assert answers(reject=0.700001)[0]["label"] is None


def test_csv_quotes_what_must_be_and_jsonl_says_null():
    line = {"source": 'a,"b"\n.png', "label": None, "probability": 0.25}
    for kind in ("csv", "jsonl"):
        stream = io.StringIO()
        writer(kind, stream, list(line))(line)
        text = stream.getvalue()
        if kind == "csv":
            (read,) = csv.DictReader(io.StringIO(text))
            assert read == {"source": line["source"], "label": "", "probability": "0.25"}
        else:
            assert text.count("\n") == 1
            assert json.loads(text) == line
