"""What the stages before the report wrote, of the families in params.yaml and of no older ones."""

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
    MEMBERS_CURVE,
    TEST,
)
from stages.core.rows import load_rows
from stages.measuring.evaluation import read_numbers, read_table
from stages.measuring.metrics import numbers

KINDS = ("calibration", "confusion", "errors", "one_vs_rest", "precision_recall", "robustness")
KINDS += ("roc",)
COMPARISONS = ("leader", "missed", "alone", "missed_digits", "hard_digits")


def read_measured() -> dict[str, Any]:
    """All tables and numbers by what they are: {family: ...} where each family has its own.

    `curves`: what is not known is NaN. `final`: the final model's `family`, how many `rows` it was
    fitted on, its `test` numbers.
    """
    families = frameworks()
    fits = {name: read_json(FITS / f"{name}.json") for name in families}
    scores = {name: read_numbers(folder) for name, folder in evaluations().items()}
    curves = {name: pd.DataFrame(fit["curve"]) for name, fit in fits.items()}
    final = read_json(FINAL / "family.json") | read_json(FINAL / "refit.json")
    tested = numbers(np.load(FINAL / "test.npy"), load_rows(TEST).labels)
    return (
        {
            "dataset": read_json(DATASET),
            "exploration": read_json(EXPLORED / "numbers.json"),
            "families": families,
            "fits": fits,
            "costs": {name: fit["costs"] for name, fit in fits.items()},
            "curves": {
                name: curve.astype({"loss": float, "accuracy": float})
                for name, curve in curves.items()
            },
            "scores": scores,
            "ensemble": scores["ensemble"] | {"weights": read_json(ENSEMBLE / "weights.json")},
            "members": read_table(MEMBERS_CURVE),
            "final": final | {"test": tested},
        }
        | {name: read_table(COMPARED / f"{name}.csv") for name in COMPARISONS}
        | {kind: read_tables(kind) for kind in KINDS}
    )
