"""Stage `plan`: what each sweep, and the cross-validation, is to fit, written down."""

import json
from itertools import product
from pathlib import Path
from typing import Any

from stages.core.errors import run
from stages.core.files import new_folder, write_text
from stages.core.params import Schema, read_families
from stages.experiments.fit import Fit, new_fit, rows_digest
from stages.experiments.schema import PLANS, Sweep, read_cross_validation, read_sweeps


def combinations(sweep: Sweep) -> list[tuple[str, dict[str, Any], int]]:
    """(family, {key: value}, seed) for every family, every combination of values and each seed."""
    settings = [dict(zip(sweep.set, each, strict=True)) for each in product(*sweep.set.values())]
    return list(product(sweep.families, settings, sweep.seeds))


def write_plan(path: Path, asked: Schema, fits: list[Fit]) -> None:
    """Write what was asked for, and each fit on a line of its own: git keeps it."""
    lines = ",\n".join(json.dumps(fit._asdict()) for fit in fits)
    head = json.dumps(asked.model_dump()).removesuffix("}")
    write_text(path, f'{head}, "fits": [\n{lines}\n]}}\n')


def main() -> None:
    families, rows = read_families(), rows_digest()
    with new_folder(PLANS) as folder:
        for name, sweep in read_sweeps().items():
            where = f"sweeps.{name}.set"
            fits = [
                new_fit(family, families[family], values, seed, rows, where)
                for family, values, seed in combinations(sweep)
            ]
            write_plan(folder / f"{name}.json", sweep, fits)
        folds = read_cross_validation()
        fits = [
            new_fit(name, families[name], {}, families[name].seed, rows, "cross_validation")
            for name in folds.families
        ]
        write_plan(folder / "cross_validation.json", folds, fits)


if __name__ == "__main__":
    run(main)
