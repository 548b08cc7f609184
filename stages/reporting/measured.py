"""What the stages before the report wrote, of the families in params.yaml and of no older ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from stages.comparing.entrants import evaluations, frameworks, read_tables
from stages.core.files import read_json
from stages.core.paths import (
    COMPARED,
    DATASET,
    ENSEMBLE,
    EXPLORED,
    FINAL,
    FITS,
    TEST,
)
from stages.core.rows import load_rows
from stages.measuring.evaluation import read_numbers, read_table
from stages.measuring.metrics import numbers

KINDS = ("calibration", "confusion", "errors", "one_vs_rest", "precision_recall", "robustness")
KINDS += ("roc",)
MEMBERS = Path("plots/ensemble.csv")
COMPARISONS = ("leader", "missed", "alone", "missed_digits", "hard_digits")


def read_measured() -> dict[str, Any]:
    """All tables and numbers by what they are: {family: ...} where each family has its own."""
    families = frameworks()
    fits = {name: read_json(FITS / f"{name}.json") for name in families}
    scores = {name: read_numbers(folder) for name, folder in evaluations().items()}
    return (
        {
            "dataset": read_json(DATASET),
            "exploration": read_json(EXPLORED / "numbers.json"),
            "families": families,
            "fits": fits,
            "costs": {name: fit["costs"] for name, fit in fits.items()},
            "curves": {name: curve(fit["curve"]) for name, fit in fits.items()},
            "scores": scores,
            "ensemble": scores["ensemble"] | {"weights": read_json(ENSEMBLE / "weights.json")},
            "members": read_table(MEMBERS),
            "final": read_final(),
        }
        | {name: read_table(COMPARED / f"{name}.csv") for name in COMPARISONS}
        | {kind: read_tables(kind) for kind in KINDS}
    )


def curve(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A learning curve as a table; what is not known is NaN."""
    return pd.DataFrame(rows).astype({"loss": float, "accuracy": float})


def read_final() -> dict[str, Any]:
    """The final model: its `family`, how many `rows` it was fitted on, its `test` numbers."""
    test = numbers(np.load(FINAL / "test.npy"), load_rows(TEST).labels)
    return read_json(FINAL / "family.json") | read_json(FINAL / "refit.json") | {"test": test}
