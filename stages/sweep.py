"""Stage `sweep`: one question put to several families, values of params and seeds.

Every combination is fitted on the training rows and judged on the validation rows.
"""

import sys
import time
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from stages.common.epochs import EpochLog
from stages.common.errors import run
from stages.common.files import read_json, write_text
from stages.common.params import Family
from stages.common.paths import DATASET, LIVE, PLANS, TRAIN, VALIDATION
from stages.common.rows import Rows, load_rows
from stages.common.scores import summary
from stages.family import OpenFamily, open_block

TABLES = Path("metrics/sweeps")
KEPT = ("accuracy", "accuracy_low", "accuracy_high")


def measure(family: OpenFamily, train: Rows, validation: Rows) -> tuple[dict[str, float], float]:
    """Validation accuracy of one fit with its interval, and the fit's seconds."""
    with EpochLog(family.name, LIVE / "sweep") as log:
        start = time.perf_counter()
        model = family.fit(train, validation, log)
        seconds = round(time.perf_counter() - start, 2)
    numbers = summary(family.score(model, validation.images), validation.labels)
    return {key: numbers[key] for key in KEPT}, seconds


def open_variant(variant: dict[str, Any], seed: int, classes: int) -> OpenFamily:
    """The family with the variant's params and another seed."""
    block = Family(**variant["params"] | {"seed": seed})
    return open_block(variant["family"], block, classes)


def main() -> None:
    (name,) = sys.argv[1:]
    plan, classes = read_json(PLANS / f"{name}.json"), read_json(DATASET)["classes"]
    fits = list(product(plan["variants"], plan["seeds"]))
    # All are opened, and so checked, before the first takes its time.
    families = [open_variant(*each, len(classes)) for each in fits]
    train, validation = load_rows(TRAIN), load_rows(VALIDATION)
    rows, costs = [], []
    for number, ((variant, seed), family) in enumerate(zip(fits, families, strict=True), start=1):
        print(f"sweep {name}: fit {number} of {len(fits)}", flush=True)
        numbers, seconds = measure(family, train, validation)
        values = {key: str(value) for key, value in variant["values"].items()}
        setting = {"family": family.name} | values | {"seed": seed}
        rows.append(setting | numbers)
        costs.append(setting | {"seconds": seconds})
    write_text(TABLES / f"{name}.csv", pd.DataFrame(rows).to_csv(index=False))
    write_text(TABLES / f"{name}_seconds.csv", pd.DataFrame(costs).to_csv(index=False))


if __name__ == "__main__":
    run(main)
