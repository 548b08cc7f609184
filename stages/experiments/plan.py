"""Stage `plan`: what each sweep, and the cross-validation, is to fit, written down."""

from itertools import product
from typing import Any

from stages.core.errors import run
from stages.core.files import new_folder, write_json
from stages.core.params import read_families
from stages.experiments.fit import new_fit, rows_digest
from stages.experiments.schema import PLANS, Sweep, read_cross_validation, read_sweeps


def combinations(sweep: Sweep) -> list[tuple[str, dict[str, Any], int]]:
    """(family, {key: value}, seed) for every family, every combination of values and each seed."""
    settings = [dict(zip(sweep.set, each, strict=True)) for each in product(*sweep.set.values())]
    return list(product(sweep.families, settings, sweep.seeds))


def main() -> None:
    families, rows = read_families(), rows_digest()

    def planned(name: str, values: dict[str, Any], seed: int, where: str) -> dict[str, Any]:
        return new_fit(name, families[name], values, seed, rows, where)._asdict()

    with new_folder(PLANS) as folder:
        for name, sweep in read_sweeps().items():
            where = f"sweeps.{name}.set"
            fits = [planned(*each, where) for each in combinations(sweep)]
            write_json(folder / f"{name}.json", sweep.model_dump() | {"fits": fits})
        folds = read_cross_validation()
        fits = [
            planned(name, {}, families[name].seed, "cross_validation") for name in folds.families
        ]
        write_json(folder / "cross_validation.json", folds.model_dump() | {"fits": fits})


if __name__ == "__main__":
    run(main)
