"""An evaluation on disk: scores, and all numbers and tables that are drawn from them."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from stages.core.files import read_json, write_json
from stages.core.rows import Rows
from stages.core.scores import DIGITS
from stages.measuring.metrics import Numbers, numbers
from stages.measuring.tables import tables

NUMBERS = "numbers.json"
DESCRIPTION = "family.json"  # of a family: what lies under that name beside its model
# Texts, whatever they look like: a class may be called 1, or NA.
TEXTS = dict.fromkeys(["actual", "class", "family", "label", "only", "predicted"], str)


def write_evaluation(
    folder: Path,
    scores: dict[str, np.ndarray],
    rows: dict[str, Rows],
    classes: list[str],
    target: float,
) -> dict[str, Numbers]:
    """Write scores, numbers and tables of the splits into a folder; returns the numbers."""
    measured = {split: numbers(each, rows[split].labels) for split, each in scores.items()}
    for split, each in scores.items():
        np.save(folder / f"{split}.npy", each)
    write_json(folder / NUMBERS, measured)
    for kind, table in tables(scores, rows, classes, target).items():
        write_table(folder / f"{kind}.csv", table)
    return measured


def write_table(path: Path, table: pd.DataFrame) -> None:
    """As CSV, rounded."""
    table.round(DIGITS).to_csv(path, index=False)


def read_table(path: Path) -> pd.DataFrame:
    """A CSV whose names stay text."""
    return pd.read_csv(path, dtype=TEXTS, keep_default_na=False, na_values=[""])


def read_numbers(folder: Path) -> dict[str, Any]:
    """{split: {metric: value}} of an evaluation."""
    return read_json(folder / NUMBERS)
