"""What `make repro` ends with: the families in order, as the last run found them."""

import pandas as pd

from stages.core.errors import UserError
from stages.core.files import read_json
from stages.core.paths import DATASET, LEADERBOARD

COLUMNS = ["rank", "family", "ranked_value", "test_accuracy"]


def print_leaderboard() -> None:
    """Print the ranked families, and where more is told; raises `UserError`."""
    if not LEADERBOARD.exists():
        raise UserError(f"{LEADERBOARD}: no such file; make it: dvc repro")
    table = pd.read_csv(LEADERBOARD)
    ends = zip(table["test_accuracy_low"], table["test_accuracy_high"], strict=True)
    table["95 % interval"] = [f"{low:.4f} to {high:.4f}" for low, high in ends]
    if DATASET.exists():
        dataset = read_json(DATASET)
        print(f"{dataset['name']}, {dataset['test']:,} test images\n")
    print(table[[*COLUMNS, "95 % interval"]].to_string(index=False, float_format="%.4f"))
    print("\nranked_value: on validation images, by what the block choose of params.yaml says")
    print("Report: plots/report.html (open it in a browser), metrics/report.md")
