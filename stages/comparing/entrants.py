"""Who is compared: the families that `choose` has listed, and the ensemble, on disk."""

from pathlib import Path

import numpy as np
import pandas as pd

from stages.comparing.leaderboard import Ranking
from stages.core.files import read_json
from stages.core.paths import CHOSEN, ENSEMBLE, EVALUATIONS
from stages.measuring.evaluation import read_table

JOINED = "ensemble"  # its name among the families'


def frameworks() -> dict[str, str]:
    """{family: framework} of the families in params.yaml, in its order."""
    return read_json(CHOSEN / "families.json")["families"]


def ranking() -> Ranking:
    """What they are ranked by."""
    return Ranking(**read_json(CHOSEN / "families.json")["ranking"])


def evaluations() -> dict[str, Path]:
    """The folder of each family's evaluation, and of the ensemble's, which comes last."""
    return {name: EVALUATIONS / name for name in frameworks()} | {JOINED: ENSEMBLE}


def read_scores(part: str) -> dict[str, np.ndarray]:
    """Scores (n, classes) on the `test` rows or on the pinned `hard` images, of each that has
    them."""
    return {name: np.load(file) for name, file in _files(f"{part}.npy").items()}


def read_tables(kind: str) -> dict[str, pd.DataFrame]:
    """KIND.csv of each that has one."""
    return {name: read_table(file) for name, file in _files(f"{kind}.csv").items()}


def joined_tables(kind: str) -> pd.DataFrame:
    """KIND.csv of all that have one, below each other, with the column `family` first."""
    tables = read_tables(kind)
    filled = {name: table for name, table in tables.items() if len(table)}
    # Without a line in any of them their columns remain.
    return pd.concat(filled or tables, names=["family"]).reset_index("family")


def _files(name: str) -> dict[str, Path]:
    files = {entrant: folder / name for entrant, folder in evaluations().items()}
    return {entrant: file for entrant, file in files.items() if file.exists()}
