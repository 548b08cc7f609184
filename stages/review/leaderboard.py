"""What `make repro` ends with: the families in order, as the last run found them."""

from pathlib import Path

import pandas as pd

from stages.core.errors import UserError
from stages.core.files import read_json
from stages.core.paths import DATASET, LEADERBOARD

SHOWN = {"rank": int, "family": str, "ranked_value": float, "test_accuracy": float}
ENDS = ["test_accuracy_low", "test_accuracy_high"]


def print_leaderboard() -> None:
    """Print the ranked families, and where more is told; raises `UserError`."""
    if not LEADERBOARD.exists():
        raise UserError(f"{LEADERBOARD}: no such file; make it: dvc repro")
    kinds = SHOWN | dict.fromkeys(ENDS, float)
    try:
        table = pd.read_csv(LEADERBOARD, usecols=[*kinds], dtype=kinds)
    except ValueError:  # a column is missing, or a number is none
        raise _damaged(LEADERBOARD) from None
    ends = zip(*(table[end] for end in ENDS), strict=True)
    table["95 % interval"] = [f"{low:.4f} to {high:.4f}" for low, high in ends]
    if DATASET.exists():
        print(f"{_data_set()}\n")
    print(table[[*SHOWN, "95 % interval"]].to_string(index=False, float_format="%.4f"))
    print("\nranked_value: on validation images, by what the block choose of params.yaml says")
    print("Report: plots/report.html (open it in a browser), metrics/report.md")


def _data_set() -> str:
    try:
        dataset = read_json(DATASET)
        return f"{dataset['name']}, {dataset['test']:,} test images"
    except (ValueError, LookupError, TypeError):
        raise _damaged(DATASET) from None


def _damaged(file: Path) -> UserError:
    return UserError(f"{file}: is damaged, as by a merge; take the last good one, or dvc repro")
