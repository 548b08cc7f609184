"""What the stages before the report wrote, of the families in params.yaml and of no older ones."""

from pathlib import Path
from typing import Any

import pandas as pd

from stages.common.files import read_json
from stages.common.paths import (
    AGREEMENT,
    COSTS,
    ENSEMBLE,
    ENVIRONMENT,
    EPOCHS,
    EXPLORATION,
    FITS,
    HARD_DIGITS,
    LEADER,
    MEMBERS_CURVE,
    MISSED,
    MISSED_ROWS,
    PLOTS,
    REFIT,
    ROWS,
    SCORES,
    SPEED,
)

OF_ALL = ("calibration", "confusion", "errors", "one_vs_rest", "precision_recall", "roc")
OF_FAMILIES = ("robustness",)  # of which the ensemble has none
TEXTS = dict.fromkeys(["actual", "class", "family", "label", "only", "predicted"], str)


def read_measured(families: list[str]) -> dict[str, Any]:
    """All tables and numbers by what they are: {family: ...} where each family has its own."""
    every = [*families, "ensemble"]
    return {
        "dataset": read_json(ROWS)["dataset"],
        "ensemble": read_json(ENSEMBLE)["ensemble"],
        "final": read_json(REFIT)["final"],
        "members": read_table(MEMBERS_CURVE),
        "exploration": read_json(EXPLORATION)["exploration"],
        "agreement": read_json(AGREEMENT)["agreement"],
        "leader": read_table(LEADER),
        "missed_digits": read_table(MISSED_ROWS),
        "hard_digits": read_table(HARD_DIGITS),
        "missed": read_table(MISSED),
        "fits": {name: read_json(FITS / f"{name}.json") for name in families},
        "scores": {name: read_json(SCORES / f"{name}.json")[name] for name in families},
        "costs": {name: read_json(COSTS / f"{name}.json")[name]["train"] for name in families},
        "speed": {name: read_json(SPEED / f"{name}.json")[name]["speed"] for name in families},
        "environment": {name: read_json(ENVIRONMENT / f"{name}.json") for name in families},
        "curves": {name: read_table(EPOCHS / f"{name}.csv") for name in families},
    } | {
        kind: {name: read_table(PLOTS / kind / f"{name}.csv") for name in names}
        for kinds, names in ((OF_ALL, every), (OF_FAMILIES, families))
        for kind in kinds
    }


def read_table(path: Path) -> pd.DataFrame:
    """A CSV whose names stay text: a class may be called 1, or NA."""
    return pd.read_csv(path, dtype=TEXTS, keep_default_na=False, na_values=[""])
