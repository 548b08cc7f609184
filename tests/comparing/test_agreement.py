import numpy as np
import pandas as pd

from stages.comparing.agreement import (
    among,
    hard_answers,
    informed,
    is_informed,
    missed_counts,
    missed_rows,
    right_alone,
)
from stages.core.rows import Rows

RIGHT = pd.DataFrame({"a": [1, 1, 0, 0, 1], "b": [1, 0, 0, 0, 1], "c": [1, 0, 0, 1, 0]}, dtype=bool)
TEST = Rows(np.zeros((5, 28, 28), np.uint8), np.array([0, 1, 1, 0, 1]), np.arange(50, 55))


def test_a_constant_guess_is_not_informed():
    assert not is_informed(np.tile([0.1, 0.9], (4, 1)))
    assert is_informed(np.array([[0.1, 0.9], [0.9, 0.1]]))
    right = pd.DataFrame({"a": [True, False], "b": [True, True]})
    constant, varied = np.array([[0.1, 0.9]] * 2), np.array([[0.1, 0.9], [0.9, 0.1]])
    assert list(informed(right, {"a": constant, "b": varied})) == ["b"]
    assert list(informed(right, {"a": constant, "b": constant})) == ["a", "b"]


def test_who_misses_what_by_hand():
    assert missed_counts(RIGHT).to_numpy().tolist() == [[0, 1], [1, 1], [2, 2], [3, 1]]
    assert right_alone(RIGHT).to_numpy().tolist() == [["a", 1], ["b", 0], ["c", 1]]
    assert missed_rows(RIGHT, TEST, ["x", "y"]).to_dict("list") == {
        "index": [52, 51, 53],
        "label": ["y", "y", "x"],
        "missed_by": [3, 2, 2],
        "only": ["", "a", "c"],
    }


def test_an_image_among_the_rows_is_known_whatever_its_place(digits):
    rows = digits.take(np.arange(5, 100))
    assert among(digits.images[[3, 7, 99, 100]], rows) == [False, True, True, False]


def test_each_hard_image_has_a_line_for_each_answer():
    known = pd.DataFrame({"file": ["t", "t"], "index": [7, 3], "label": ["x", "y"]})
    scores = {"a": np.array([[0.75, 0.25], [0.5, 0.75]]), "b": np.array([[0, 2], [1, 0]])}
    assert hard_answers(known, scores, ["x", "y"]).to_numpy().tolist() == [
        ["t", 3, "y", "a", "y", 0.75],
        ["t", 3, "y", "b", "x", 1.0],
        ["t", 7, "x", "a", "x", 0.75],
        ["t", 7, "x", "b", "y", 2.0],
    ]
    nothing = hard_answers(known[:0], {}, ["x", "y"])
    assert list(nothing) == ["file", "index", "label", "family", "predicted", "score"]
    assert nothing.empty
