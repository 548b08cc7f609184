"""Who is compared: the families that `choose` has listed, and the ensemble, on disk."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from stages.core.files import read_json
from stages.core.paths import CHOSEN, ENSEMBLE, EVALUATIONS
from stages.measuring.evaluation import read_table

JOINED = "ensemble"  # its name among the families'


def frameworks() -> dict[str, str]:
    """{family: framework} of the families in params.yaml, in its order."""
    return read_json(CHOSEN / "families.json")


def evaluations() -> dict[str, Path]:
    """The folder of each family's evaluation, and of the ensemble's, which comes last."""
    return {name: EVALUATIONS / name for name in frameworks()} | {JOINED: ENSEMBLE}


def read_test_scores() -> dict[str, np.ndarray]:
    """Scores, float32 (n, classes), on the test rows."""
    return {name: np.load(folder / "test.npy") for name, folder in evaluations().items()}


def read_tables(kind: str) -> dict[str, pd.DataFrame]:
    """KIND.csv of each that has one."""
    return {name: read_table(file) for name, file in _files(f"{kind}.csv")}


def read_hard_scores() -> dict[str, np.ndarray]:
    """Scores (n, classes) of the pinned hard images; nothing where there are none."""
    return {name: np.load(file) for name, file in _files("hard.npy")}


def joined_tables(kind: str) -> pd.DataFrame:
    """KIND.csv of all that have one, below each other, with the column `family` first."""
    parts = [table.assign(family=name) for name, table in read_tables(kind).items()]
    # Without a line in any of them their columns remain.
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return table[["family", *table.columns.drop("family")]]


def _files(name: str) -> Iterator[tuple[str, Path]]:
    for entrant, folder in evaluations().items():
        if (folder / name).exists():
            yield entrant, folder / name
