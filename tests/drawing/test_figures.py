from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from stages.comparing.leaderboard import COSTS
from stages.drawing.evaluation import (
    calibration_figure,
    missed_figure,
    one_vs_rest_figure,
    robustness_figure,
)
from stages.drawing.images import blocks_figure
from stages.drawing.leaderboard import costs_figure, intervals, learning_curve, members_curve
from stages.drawing.style import INK, standalone
from tests.drawing.svg import texts

TINY = {"name": "tiny", "test": 1000, "validation": 500, "train": 2000}
BOARD = pd.DataFrame(
    {
        "family": ["big", "small"],
        "test_accuracy": [0.95, 0.9],
        "test_accuracy_low": [0.94, 0.88],
        "test_accuracy_high": [0.96, 0.92],
    }
)
CURVE = pd.DataFrame(
    {
        "epoch": [1, 1, 2, 2],
        "split": ["train", "validation"] * 2,
        "loss": [0.5, 0.6, 0.4, 0.5],
        "accuracy": [0.8, 0.7, None, 0.75],
    }
)
MEMBERS = pd.DataFrame(
    {
        "members": [1, 1, 2, 2],
        "added": ["cnn", "cnn", "svm", "svm"],
        "split": ["validation", "test"] * 2,
        "accuracy": [0.8, 0.81, 0.9, 0.9],
        "accuracy_low": [0.7, 0.7, 0.8, 0.8],
        "accuracy_high": [0.9, 0.9, 0.95, 0.95],
    }
)
PRICES = pd.DataFrame({"family": ["a", "b", "c"], "test_accuracy": [0.9, 1.0, 0.8]})
for cost in COSTS:
    PRICES[cost.column] = [1.0, 20.0, np.nan]
    PRICES[f"{cost.column}_front"] = [True, True, False]
CORRUPTED = pd.DataFrame(
    {"corruption": ["none", "blur", "shift"], "strength": [0, 1, 2], "accuracy": [1, 0.9, 0.5]}
).assign(digits=200)
BINS = pd.DataFrame({"confidence": [0.5, 0.9], "accuracy": [0.4, 0.9], "count": [100, 900]})
ROC = pd.DataFrame(
    {"class": ["5", "5", "6"], "false_positive_rate": [0, 1, 0], "true_positive_rate": [0, 1, 1]}
)
PR = pd.DataFrame(
    {"class": ["5", "5"], "threshold": [1, 9], "recall": [0, 1], "precision": [1, 0.5]}
)
MISSED = pd.DataFrame({"missed_by": [0, 1, 2], "digits": [900, 93, 0]})
PAIRS = [(a, b, 12, np.zeros((112, 112), np.uint8)) for a in (0, 1) for b in (0, 1)]
FIGURES = {
    "intervals": lambda: intervals(BOARD, TINY),
    "learning": lambda: learning_curve("lenet5", CURVE),
    "members": lambda: members_curve(MEMBERS, TINY),
    "costs": lambda: costs_figure(PRICES, TINY),
    "robustness": lambda: robustness_figure(dict.fromkeys("abz", CORRUPTED), ["b", "a"], TINY),
    "calibration": lambda: calibration_figure({"a": BINS, "b": BINS[:0]}, ["a", "b"], TINY),
    "rest": lambda: one_vs_rest_figure("5", {"a": ROC, "b": ROC}, {"a": PR, "b": PR}, TINY),
    "missed": lambda: missed_figure(MISSED, TINY),
    "blocks": lambda: blocks_figure("a", PAIRS, ["cat", "dog"], TINY),
}
SAID = {
    "intervals": ["big", "small", "1,000 test images of tiny", "95 % interval"],
    "learning": ["lenet5: accuracy", "lenet5: loss", "Epoch", "nats", "train", "validation"],
    "members": ["ensemble", "+ svm", "tiny", "test (1,000 images)", "validation (500 images)"],
    "costs": ["1,000 test images of tiny", *(cost.title for cost in COSTS)],
    "robustness": ["Accuracy on 200 test images of tiny, corrupted", "blur", "shift", "pixels"],
    "calibration": ["1,000 test images of tiny"],
    "rest": ["5 or not 5: 1,000 test images of tiny", "False positive rate", "the score of b"],
    "missed": ["900", "93", "1,000"],
    "blocks": ["cat taken for dog: 12"],
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_say_what_they_show_in_the_same_bytes_and_the_pages_colour(name):
    svg = FIGURES[name]()
    assert svg == FIGURES[name]()
    shown = " ".join(texts(svg))
    assert [text for text in SAID[name] if text not in shown] == []
    assert INK not in svg
    assert "currentColor" in svg
    assert "<dc:date>" not in svg


@pytest.mark.parametrize("name", ["intervals", "learning", "members"])
def test_a_file_of_its_own_is_dark_on_white(name):
    svg = standalone(FIGURES[name]())
    assert "currentColor" not in svg
    assert ElementTree.fromstring(svg).get("style") == "background: white"


@pytest.mark.parametrize(
    ("figure", "named", "unnamed"),
    [
        ("costs", dict.fromkeys("ab", len(COSTS)), ["c"]),  # who is on no front
        ("robustness", {"a": 1, "b": 1}, ["z", "rotation"]),  # who is not chosen; what is not tried
        ("calibration", {"a": 1}, ["b"]),  # who has no probabilities
    ],
)
def test_who_is_named_and_who_is_not(figure, named, unnamed):
    words = " ".join(texts(FIGURES[figure]())).split()
    assert {name: words.count(name) for name in named} == named
    assert not {*unnamed} & {*words}


def test_a_family_without_mistakes_has_no_blocks():
    assert FIGURES["blocks"]().count("<image") == 4
    assert "<image" not in blocks_figure("a", [], ["cat", "dog"], TINY)
