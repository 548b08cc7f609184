"""`make bench`: the floors of speed and accuracy, measured here, as a table in metrics/."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from stages.bench import csv_reading, final_model, fits, pipelines
from stages.core.errors import UserError
from stages.core.files import write_text
from stages.fitting.machine import describe

TABLE = Path("metrics/bench.csv")
COLUMNS = ["item", "what", "measured", "goal", "met", "machine"]
Line = tuple[str, float, str]  # what, measured, goal such as "<= 60"


ITEMS: dict[str, Callable[[], list[Line]]] = {
    "torch_cnn": lambda: fits.over_seeds("torch_cnn", 5, most_seconds=60, least_accuracy=0.9960),
    "fast_cnn": lambda: fits.over_seeds("fast_cnn", 10, most_seconds=1.5, least_accuracy=0.9900),
    "knn": lambda: fits.against_plain("knn", 2),
    "svm": lambda: fits.against_plain("svm", 8, rows=20_000),
    "onnx": final_model.onnx,
    "scans": final_model.scans,
    "csv": csv_reading.lines,
    "evaluation": pipelines.evaluation,
    "pipeline": pipelines.whole,
    "start_up": pipelines.start_up,
}


def is_met(measured: float, goal: str) -> str:
    """`yes`, `no`, or nothing where there is no goal."""
    if not goal:
        return ""
    sign, limit = goal.split()
    met = measured <= float(limit) if sign == "<=" else measured >= float(limit)
    return "yes" if met else "no"


def bench(items: list[str]) -> None:
    """Measure these items, or all if none is named, and print the whole table.

    Lines of other items stay as they are. Raises `UserError` for an item that there is not.
    """
    for name in items:
        if name not in ITEMS:
            raise UserError(f"bench: no item {name!r}; there are: {', '.join(ITEMS)}")
    machine = describe("cpu", [])
    where = f"{machine['processor']}, {machine['threads']} threads"
    table = pd.DataFrame(columns=COLUMNS)
    if TABLE.exists():
        table = pd.read_csv(TABLE, dtype=str, keep_default_na=False)
        table = table[table["item"].isin(list(ITEMS))]
    for name in items or ITEMS:
        lines = [
            [name, what, f"{value:.5g}", goal, is_met(value, goal), where]
            for what, value, goal in ITEMS[name]()
        ]
        kept = table[table["item"] != name]
        table = pd.concat([kept, pd.DataFrame(lines, columns=COLUMNS)], ignore_index=True)
        write_text(TABLE, table.to_csv(index=False))
    print(table.drop(columns="machine").to_string(index=False))
    print(f"\nMachine: {where}. Table: {TABLE}")
