"""What the stages before the report wrote, of the families in params.yaml and of no older ones."""

from typing import Any

import numpy as np
import pandas as pd

from stages.comparing.entrants import evaluations, frameworks, ranking, read_tables
from stages.core import paths
from stages.core.files import read_json
from stages.core.rows import load_rows
from stages.measuring.evaluation import WANTED, read_numbers, read_table
from stages.measuring.metrics import numbers

KINDS = ("calibration", "confusion", "errors", "one_vs_rest", "precision_recall", "robustness")
KINDS += ("roc", "sources")
CURVE = {"loss": float, "accuracy": float}  # what is not known is NaN
COMPARISONS = ("leader", "missed", "alone", "missed_digits", "hard_digits", "suspicious")
COMPARISONS += ("judged",)


def read_measured() -> dict[str, Any]:
    """All tables and numbers by what they are: {family: ...} where each family has its own.

    `final`: the final model's `family`, how many `rows` it was fitted on, its `test` numbers.
    """
    families = frameworks()
    fits = {name: read_json(paths.FITS / f"{name}.json") for name in families}
    scores = {name: read_numbers(folder) for name, folder in evaluations().items()}
    weights = read_json(paths.ENSEMBLE / "weights.json")
    final = read_json(paths.FINAL / "family.json") | read_json(paths.FINAL / "refit.json")
    tested = numbers(np.load(paths.FINAL / "test.npy"), load_rows(paths.TEST).labels)
    return (
        {
            "dataset": read_json(paths.DATASET),
            "exploration": read_json(paths.EXPLORED / "numbers.json"),
            "ranking": ranking(),
            "target": read_json(WANTED)["target_precision"],
            "class_counts": read_table(paths.EXPLORED / "classes.csv"),
            "families": families,
            "fits": fits,
            "costs": {name: fit["costs"] for name, fit in fits.items()},
            "curves": {
                name: pd.DataFrame(fit["curve"]).astype(CURVE) for name, fit in fits.items()
            },
            "scores": scores,
            "ensemble": scores["ensemble"] | {"weights": weights},
            "members": read_table(paths.MEMBERS_CURVE),
            "final": final | {"test": tested},
        }
        | {name: read_table(paths.COMPARED / f"{name}.csv") for name in COMPARISONS}
        | {kind: read_tables(kind) for kind in KINDS}
    )
