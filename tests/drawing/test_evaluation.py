import re

import numpy as np
import pandas as pd
import pytest

from stages.comparing.costs import COSTS
from stages.drawing.evaluation import (
    calibration_figure,
    missed_figure,
    one_vs_rest_figure,
    robustness_figure,
)
from stages.drawing.leaderboard import costs_figure
from stages.drawing.pairs import blocks_figure

DATASET = {"name": "tiny", "test": 1000, "validation": 500, "train": 2000}


def texts(svg):
    """The text of a figure, its tags left out."""
    return " ".join(re.findall(r">([^<>]+)</text>", svg))


@pytest.fixture
def costs():
    table = pd.DataFrame({"family": ["a", "b", "c"], "test_accuracy": [0.9, 1.0, 0.8]})
    for cost in COSTS:
        table[cost.column] = [1.0, 20.0, np.nan]
        table[f"{cost.column}_front"] = [True, True, False]
    return table


def test_costs_name_the_front_and_every_axis(costs):
    svg = costs_figure(costs, DATASET)
    shown = texts(svg)
    assert all(cost.title in shown for cost in COSTS)
    assert "1,000 test images of tiny" in shown
    assert shown.split().count("a") == shown.split().count("b") == len(COSTS)
    assert svg == costs_figure(costs, DATASET)


def test_robustness_names_the_chosen_and_counts_the_digits():
    table = pd.DataFrame(
        {
            "corruption": ["none", "blur", "shift"],
            "strength": [0, 1, 2],
            "accuracy": [1, 0.9, 0.5],
            "digits": 200,
        }
    )
    shown = texts(robustness_figure({"a": table, "b": table, "z": table}, ["b", "a"], DATASET))
    assert "Accuracy on 200 test images of tiny, corrupted" in shown
    assert {"blur", "shift", "a", "b", "pixels"} <= set(shown.split())
    assert "z" not in shown.split()
    assert "rotation" not in shown


def test_calibration_leaves_out_families_without_probabilities():
    bins = pd.DataFrame({"confidence": [0.5, 0.9], "accuracy": [0.4, 0.9], "count": [100, 900]})
    svg = calibration_figure({"a": bins, "b": bins[:0]}, ["a", "b"], DATASET)
    shown = texts(svg).split()
    assert "a" in shown
    assert "b" not in shown


def test_one_class_against_the_rest():
    roc = pd.DataFrame(
        {
            "class": ["5", "5", "6"],
            "false_positive_rate": [0, 1, 0],
            "true_positive_rate": [0, 1, 1],
        }
    )
    recalls = pd.DataFrame(
        {"class": ["5", "5"], "threshold": [1, 9], "recall": [0, 1], "precision": [1, 0.5]}
    )
    shown = texts(
        one_vs_rest_figure("5", dict.fromkeys("ab", roc), dict.fromkeys("ab", recalls), DATASET)
    )
    assert "5 or not 5: 1,000 test images of tiny" in shown
    assert "False positive rate" in shown
    assert "Threshold on the score of b" in shown


def test_missed_digits_are_counted_over_their_bars():
    table = pd.DataFrame({"missed_by": [0, 1, 2], "digits": [900, 93, 0]})
    shown = texts(missed_figure(table, DATASET)).split()
    assert {"900", "93"} <= set(shown)
    assert "1,000" in shown


def test_blocks_say_what_they_are_and_how_many():
    blocks = [(a, b, 12, np.zeros((112, 112), np.uint8)) for a in (0, 1) for b in (0, 1)]
    svg = blocks_figure("a", blocks, ["cat", "dog"], DATASET)
    assert "cat taken for dog: 12" in texts(svg)
    assert svg.count("<image") == 4
    assert blocks_figure("a", [], ["cat", "dog"], DATASET).count("<image") == 0
