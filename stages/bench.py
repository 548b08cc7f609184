"""`make bench`: the floors of speed and accuracy, measured here, as a table in metrics/.

`python -m stages.bench ITEM ...` measures only these and keeps the other lines of the table.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from stages.common.epochs import EpochLog
from stages.common.errors import UserError, run
from stages.common.files import read_json, write_text
from stages.common.machine import describe
from stages.common.params import read_family
from stages.common.paths import COSTS, DATASET, LIVE, TEST, TRAIN, VALIDATION
from stages.common.rows import Rows, load_rows
from stages.common.scores import accuracy
from stages.family import open_block

TABLE = Path("metrics/bench.csv")
COLUMNS = ["item", "what", "measured", "goal", "met", "machine"]
Line = tuple[str, float, str]  # what, measured, goal such as "<= 60"


def fit_and_score(name: str, seed: int, rows: int | None = None) -> tuple[float, float, float]:
    """Seconds of fitting on the first `rows`, seconds of scoring the test rows, test accuracy."""
    block = read_family(name).model_copy(update={"seed": seed})
    family = open_block(name, block, len(read_json(DATASET)["classes"]))
    train, validation, test = (load_rows(folder) for folder in (TRAIN, VALIDATION, TEST))
    train = Rows(*(array[:rows] for array in train))
    with EpochLog(name, LIVE / "bench") as log:
        start = time.perf_counter()
        model = family.fit(train, validation, log)
        fitted = time.perf_counter()
        scores = family.score(model, test.images)
        scored = time.perf_counter()
    return fitted - start, scored - fitted, accuracy(scores, test.labels)


def seeds(name: str, count: int, most_seconds: float, least_accuracy: float) -> list[Line]:
    """A family over several seeds, after a first fit that loads what the library loads late."""
    fit_and_score("fast_cnn", seed=0)
    runs = [fit_and_score(name, seed) for seed in range(count)]
    found, median = [run[2] for run in runs], statistics.median(run[0] for run in runs)
    return [
        (f"test accuracy, mean of {count} seeds", np.mean(found), f">= {least_accuracy}"),
        (f"test accuracy, standard deviation of {count} seeds", np.std(found, ddof=1), ""),
        (f"seconds of fitting, median of {count}", median, f"<= {most_seconds}"),
    ]


def against(
    name: str, plain: Callable[[dict[str, Any]], Any], least: float, rows: int | None = None
) -> list[Line]:
    """A family against scikit-learn's own classifier: on all pixels, the same training rows.

    `plain` makes that classifier from the family's own `build` params.
    """
    classifier = plain(read_family(name).build)
    train, test = load_rows(TRAIN), load_rows(TEST)
    fitting, scoring, own = fit_and_score(name, 0, rows)
    ours = fitting + scoring
    pixels, asked = (
        each.images.reshape(len(each.images), -1) / np.float32(255) for each in (train, test)
    )
    start = time.perf_counter()
    found = classifier.fit(pixels[:rows], train.labels[:rows]).predict(asked)
    theirs = time.perf_counter() - start
    return [
        ("training digits", len(train.labels[:rows]), ""),
        ("seconds to fit and predict", ours, ""),
        ("seconds of plain scikit-learn", theirs, ""),
        ("times faster than plain scikit-learn", theirs / ours, f">= {least}"),
        ("test accuracy", own, ""),
        ("test accuracy of plain scikit-learn", np.mean(found == test.labels), ""),
    ]


def plain_neighbours(build: dict[str, Any]) -> KNeighborsClassifier:
    """As many neighbours, weighted alike, on all cores."""
    return KNeighborsClassifier(build["neighbors"], weights=build["weights"], n_jobs=-1)


def plain_svm(build: dict[str, Any]) -> SVC:
    """The same penalty and kernel."""
    return SVC(C=build["C"], gamma=build["gamma"])


@contextmanager
def clone() -> Iterator[Path]:
    """A fresh clone of the last commit. What it makes goes into this project's cache, so that
    `dvc repro` here need not make it again."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "-q", ".", folder], check=True)
        cache = str(Path(".dvc/cache").absolute())
        subprocess.run(["dvc", "cache", "dir", "--local", cache], cwd=folder, check=True)
        yield Path(folder)


def pipeline() -> list[Line]:
    """The whole pipeline; nothing is taken from a cache."""
    with clone() as folder:
        start = time.perf_counter()
        subprocess.run(["dvc", "repro", "--force", "--no-run-cache"], cwd=folder, check=True)
        seconds = time.perf_counter() - start
        costs = [next(iter(read_json(file).values())) for file in (folder / COSTS).glob("*.json")]
    peak = max(cost["train"]["peak_memory_mb"] for cost in costs)
    return [
        ("minutes from nothing", seconds / 60, "<= 20"),
        ("GB, peak memory of the hungriest fit", peak / 1000, "<= 4"),
    ]


def evaluation() -> list[Line]:
    """Evaluating all families and writing the reports, the fitted models being there."""
    again = ["dvc", "repro", "--force", "--no-run-cache", "--single-item", "evaluate", "report"]
    with clone() as folder:
        subprocess.run(["dvc", "checkout", "-q", "dvc.yaml"], cwd=folder, check=True)
        start = time.perf_counter()
        subprocess.run(again, cwd=folder, check=True)
        return [("minutes for all families", (time.perf_counter() - start) / 60, "<= 6")]


def late(module: str) -> Callable[[], list[Line]]:
    """The benchmark of the final model in a module that is imported only when its turn comes."""
    return lambda: import_module(module).final()


ITEMS: dict[str, Callable[[], list[Line]]] = {
    "torch_cnn": lambda: seeds("torch_cnn", 5, most_seconds=60, least_accuracy=0.9960),
    "fast_cnn": lambda: seeds("fast_cnn", 10, most_seconds=1.5, least_accuracy=0.9900),
    "knn": lambda: against("knn", plain_neighbours, 2),
    "svm": lambda: against("svm", plain_svm, 8, rows=20_000),
    "onnx": late("stages.onnx_bench"),
    "scans": late("stages.scan_bench"),
    "csv": lambda: import_module("stages.csv_bench").reading(),
    "evaluation": evaluation,
    "pipeline": pipeline,
}


def is_met(measured: float, goal: str) -> str:
    """`yes`, `no`, or nothing where there is no goal."""
    if not goal:
        return ""
    sign, limit = goal.split()
    met = measured <= float(limit) if sign == "<=" else measured >= float(limit)
    return "yes" if met else "no"


def main() -> None:
    chosen = sys.argv[1:] or list(ITEMS)
    for name in chosen:
        if name not in ITEMS:
            raise UserError(f"make bench: no benchmark {name!r}; there are: {', '.join(ITEMS)}")
    machine = describe("cpu", [])
    where = f"{machine['processor']}, {machine['threads']} threads"
    table = (
        pd.read_csv(TABLE, dtype=str, keep_default_na=False) if TABLE.exists() else pd.DataFrame()
    )
    for name in chosen:
        if not table.empty:
            table = table[table["item"] != name]
        lines = [
            [name, what, f"{value:.5g}", goal, is_met(value, goal), where]
            for what, value, goal in ITEMS[name]()
        ]
        table = pd.concat([table, pd.DataFrame(lines, columns=COLUMNS)], ignore_index=True)
        write_text(TABLE, table.to_csv(index=False))
    print(table.drop(columns="machine").to_string(index=False))
    print(f"\nMachine: {where}. Table: {TABLE}")


if __name__ == "__main__":
    run(main)
