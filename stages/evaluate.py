"""Stage `evaluate`: one fitted family asked about all held-out rows, and all that follows from it.

Validation and test rows, the hard digits, and the corrupted sample; and how fast it answers.
"""

import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from stages.common.errors import run
from stages.common.files import new_folder, read_json, write_json
from stages.common.measure import Evaluate, numbers, tables, write_tables
from stages.common.params import read_block
from stages.common.paths import DATASET, MODELS, PREDICTIONS, SCORES, SPEED, TEST, VALIDATION
from stages.common.probes import CORRUPTED, HARD, load_probe
from stages.common.rows import load_rows
from stages.common.speed import Score, milliseconds_alone, size_mb, timed
from stages.family import open_family


def robustness(scores: np.ndarray, labels: np.ndarray, groups: pd.DataFrame) -> pd.DataFrame:
    """`groups`, whose images follow each other in equal numbers, with the accuracy of each, its
    Wilson 95 % interval and the number of `digits`."""
    rights = (scores.argmax(axis=1) == labels).reshape(len(groups), -1).sum(axis=1)
    digits = len(labels) // len(groups)
    tests = [binomtest(int(right), digits).proportion_ci(0.95, "wilson") for right in rights]
    return groups.assign(
        accuracy=rights / digits,
        accuracy_low=[interval.low for interval in tests],
        accuracy_high=[interval.high for interval in tests],
        digits=digits,
    )


def speed(score: Score, images: np.ndarray, seconds: float, model: Path) -> dict[str, float]:
    """What an answer costs; `seconds` is what all images took in one call."""
    found = {
        "milliseconds_per_digit": milliseconds_alone(score, images),
        "digits_per_second": len(images) / seconds,
        "size_mb": size_mb(model),
    }
    return {key: float(f"{value:.4g}") for key, value in found.items()}


def main() -> None:
    (name,) = sys.argv[1:]
    target = read_block(Evaluate, "evaluate").target_precision
    classes = read_json(DATASET)["classes"]
    family = open_family(name, len(classes))
    score = partial(family.score, family.framework.load(family.build, MODELS / name))
    rows = {"validation": load_rows(VALIDATION), "test": load_rows(TEST)}
    hard, corrupted = load_probe(HARD), load_probe(CORRUPTED)
    # The first call also loads what the library loads late, so it is the second that is timed.
    scores = {"validation": score(rows["validation"].images)}
    scores["test"], seconds = timed(score, rows["test"].images)
    with new_folder(PREDICTIONS / name) as folder:
        for part, values in scores.items():
            np.save(folder / f"{part}.npy", values)
        if len(hard.labels):
            np.save(folder / "hard.npy", score(hard.images))
    costs = speed(score, rows["test"].images, seconds, MODELS / name)
    write_json(SPEED / f"{name}.json", {name: {"speed": costs}})
    measured = {part: numbers(scores[part], rows[part].labels) for part in rows}
    write_json(SCORES / f"{name}.json", {name: measured})
    damaged = robustness(score(corrupted.images), corrupted.labels, corrupted.table)
    write_tables(name, tables(scores, rows, classes, target) | {"robustness": damaged})
    told = ", ".join(f"{part} accuracy {each['accuracy']:.2%}" for part, each in measured.items())
    print(f"{name}: {told}")


if __name__ == "__main__":
    run(main)
