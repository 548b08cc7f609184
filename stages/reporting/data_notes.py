"""What a reader must know of the data before believing any number."""

from typing import Any

import pandas as pd

from stages.comparing.leaks import LIKENESS, leaks
from stages.comparing.suspicious import told_suspicious

FEW = 20  # training rows of a class: its share of right answers could be anything
UNEVEN = 10  # times as many rows of one class as of another


def data_notes(
    dataset: dict[str, Any], exploration: dict[str, Any], classes: pd.DataFrame
) -> list[str]:
    """Sentences in plain text; none where nothing is amiss. `classes`: the `count` of rows of each
    `split` and `class`."""
    notes = [f"{leak}." for leak in leaks(exploration)]
    blank = sum(part["blank"] for name, part in exploration.items() if name not in LIKENESS)
    if blank:
        notes.append(f"{blank:,} rows are blank: nothing is to be seen on them.")
    notes += class_notes(classes[classes["split"] == "train"].set_index("class")["count"])
    if dataset["test_set"] == "held out in part":
        notes.append(
            f"Of {dataset['name']} some sources have no test rows of their own: some of their rows "
            "were held out as such before anything was fitted."
        )
    if dataset["test_set"] == "held out":
        notes.append(
            f"{dataset['name']} has no test set of its own: {dataset['test']:,} of its rows, "
            "stratified, were held out as test rows before anything was fitted."
        )
    return notes


def class_notes(counts: pd.Series) -> list[str]:
    """What is to be known of classes with so many training rows each."""
    notes, rare = [], counts[counts < FEW]
    if len(rare):
        notes.append(
            f"Of the classes {len(rare)} of {len(counts)} have fewer than {FEW} training rows, "
            f"{rare.idxmin()} has {rare.min()}: of so few little is learnt, and less is known of "
            "how well."
        )
    if counts.max() >= UNEVEN * counts.min():
        notes.append(
            f"Class {counts.idxmax()} has {counts.max():,} training rows, class {counts.idxmin()} "
            f"{counts.min():,}: accuracy says little of the rare ones; look at the macro F1."
        )
    return notes


def labels(judged: pd.DataFrame) -> str:
    """How many labels look wrong, and of which nothing is known."""
    told = told_suspicious(judged)
    return (
        f"{told[0].upper()}{told[1:]}, by the ensemble's probabilities; training labels are not "
        "judged."
    )
