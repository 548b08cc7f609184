"""What a family is asked besides its rows, and what it answers, on disk: probes and evaluations."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from stages.core.files import read_json, write_json
from stages.core.paths import PROBES
from stages.core.rows import Dataset, Rows
from stages.core.scores import DIGITS
from stages.measuring.metrics import Numbers, numbers
from stages.measuring.seeds import luck
from stages.measuring.tables import by_source, tables

HARD, WANTED = PROBES / "hard", PROBES / "wanted.json"
CORRUPTED = {split: PROBES / "corrupted" / split for split in ("validation", "test")}
NUMBERS = "numbers.json"
DESCRIPTION = "family.json"  # of a family: what lies under that name beside its model
# Texts, whatever they look like: a class may be called 1, or NA.
TEXTS = dict.fromkeys(["actual", "class", "family", "label", "only", "predicted"], str)


class Probe(NamedTuple):
    """`images` uint8 (n, 28, 28), `labels` int64 (n,); `table`: a line of facts for each group of
    rows (of corrupted images) or for each row (of hard ones)."""

    images: np.ndarray
    labels: np.ndarray
    table: pd.DataFrame


def save_probe(folder: Path, probe: Probe) -> None:
    """Write the three into a new folder."""
    folder.mkdir(parents=True)
    np.save(folder / "images.npy", probe.images)
    np.save(folder / "labels.npy", probe.labels)
    probe.table.to_csv(folder / "table.csv", index=False)


def load_probe(folder: Path) -> Probe:
    """Memory-map what `save_probe` wrote."""
    arrays = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("images", "labels"))
    return Probe(*arrays, pd.read_csv(folder / "table.csv"))


def write_evaluation(
    folder: Path,
    scores: dict[str, np.ndarray],
    rows: dict[str, Rows],
    dataset: Dataset,
    corrupted: dict[str, pd.DataFrame] | None = None,
    seeds: dict[str, list[float]] | None = None,
) -> dict[str, Numbers]:
    """Write scores, numbers and tables of the splits, rounded, into a folder; returns the numbers.

    `corrupted`: by split, what `corruptions.robustness` says of it, where that was asked; `seeds`:
    by split, the accuracies of this and the same fits with other seeds, where there are others.
    """
    target = read_json(WANTED)["target_precision"]
    measured = {split: numbers(each, rows[split].labels) for split, each in scores.items()}
    for split, table in (corrupted or {}).items():
        if len(table) > 1:  # more than the images as they are
            measured[split]["robustness"] = mean_robustness(table)
    seeds = {split: each for split, each in (seeds or {}).items() if len(each) > 1}
    for split, accuracies in seeds.items():
        measured[split] |= luck(accuracies, len(rows[split].labels))
    for split, each in scores.items():
        np.save(folder / f"{split}.npy", each)
    write_json(folder / NUMBERS, measured)
    found = tables(scores, rows, dataset.classes, target)
    if corrupted:
        found["robustness"] = corrupted["test"]
    if dataset.sources:
        test = rows["test"]
        sources = dataset.source_of(test.indices)
        found["sources"] = by_source(scores["test"], np.asarray(test.labels), sources)
    for kind, table in found.items():
        table.round(DIGITS).to_csv(folder / f"{kind}.csv", index=False)
    return measured


def mean_robustness(table: pd.DataFrame) -> float:
    """The mean accuracy over all corruptions and strengths of a table of `robustness`, rounded."""
    return round(float(table.loc[table["corruption"] != "none", "accuracy"].mean()), DIGITS)


def read_table(path: Path) -> pd.DataFrame:
    """A CSV whose names stay text."""
    return pd.read_csv(path, dtype=TEXTS, keep_default_na=False, na_values=[""])


def read_numbers(folder: Path) -> dict[str, Any]:
    """{split: {metric: value}} of an evaluation."""
    return read_json(folder / NUMBERS)
