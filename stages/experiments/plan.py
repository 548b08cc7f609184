"""Stage `plan`: what each sweep is to fit, written down.

Each fit's experiment is named after all that decides it: params, rows and code. So whatever has
been fitted before is found again, and a sweep changes only with what concerns it.
"""

from itertools import product
from typing import Annotated, Any

from pydantic import Field

from stages.core.errors import UserError, run
from stages.core.files import new_folder, write_json
from stages.core.params import (
    PARAMS_FILE,
    Family,
    Names,
    Schema,
    Seed,
    check,
    read_block,
    read_families,
    read_named,
    require_families,
)
from stages.core.paths import PLANS
from stages.experiments.names import experiment_name, rows_mark
from stages.frameworks.contract import code_hashes
from stages.split import Split

SPLIT = "split."  # keys that begin so are no family's: they decide which rows it is fitted on


class CrossValidation(Schema):
    """Which families are fitted `folds` times, on how many of the training rows (null: all)."""

    families: Names
    folds: Annotated[int, Field(ge=2)]
    rows: Annotated[int, Field(ge=2)] | None
    seed: Seed


class Sweep(Schema):
    """Every family with every value of `set`, for every seed.

    A key of `set` is one of a family's block (`fit.augment`), or one of the split (`split.subset`).
    """

    title: str
    families: Names
    set: dict[str, Annotated[list[Any], Field(min_length=1)]] = Field(default_factory=dict)
    seeds: Annotated[list[Seed], Field(min_length=1)]


def fits(sweep: Sweep, families: dict[str, Family], where: str) -> list[dict[str, Any]]:
    """Every family with every combination of values and each seed.

    Each has `family`, `values`, `seed`; `sets`, what is to be set in params.yaml; `params`, the
    family's whole block; and `split`, what differs in the split's. Raises `UserError` for a key or
    a value that may not be.
    """
    found, split = [], read_block(Split, "split").model_dump()
    for name, values, seed in product(sweep.families, combinations(sweep.set), sweep.seeds):
        rows = {key: value for key, value in values.items() if key.startswith(SPLIT)}
        own = {key: value for key, value in values.items() if key not in rows} | {"seed": seed}
        fit = {"family": name, "values": values, "seed": seed}
        fit["sets"] = {f"families.{name}.{key}": value for key, value in own.items()} | rows
        fit["params"] = changed(families[name], own, where)
        fit["split"] = differing(rows, split, where)
        found.append(fit)
    return found


def combinations(values: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """One of its values for each key, in every way."""
    return [dict(zip(values, each, strict=True)) for each in product(*values.values())]


def changed(family: Family, values: dict[str, Any], where: str) -> dict[str, Any]:
    """The block with other values at keys like `fit.epochs`."""
    block = family.model_dump()
    for key, value in values.items():
        *path, last = key.split(".")
        inner = block
        for part in path:
            inner = inner.get(part)
            if not isinstance(inner, dict):
                raise UserError(f"{PARAMS_FILE}: {where}.set.{key}: a family has no such param")
        inner[last] = value
    return check(Family, block, where).model_dump()


def differing(values: dict[str, Any], split: dict[str, Any], where: str) -> dict[str, Any]:
    """Those values, at keys like `split.subset`, that the block `split` does not have already.

    Raises `UserError` for what it may not have.
    """
    given = {key.removeprefix(SPLIT): value for key, value in values.items()}
    check(Split, split | given, f"{where}.set.split")
    return {f"{SPLIT}{key}": value for key, value in given.items() if value != split[key]}


def main() -> None:
    families, rows = read_families(), rows_mark()
    with new_folder(PLANS) as folder:
        for name, sweep in read_named(Sweep, "sweeps").items():
            where = f"sweeps.{name}"
            require_families(sweep.families, f"{where}.families")
            found = [
                fit | {"experiment": experiment_name(fit, families[fit["family"]], rows)}
                for fit in fits(sweep, families, where)
            ]
            write_json(folder / f"{name}.json", sweep.model_dump() | {"fits": found})
        folds = read_block(CrossValidation, "cross_validation")
        require_families(folds.families, "cross_validation.families")
        plan = folds.model_dump() | {
            "families": {each: families[each].model_dump() for each in folds.families},
            "code": {each: code_hashes(families[each]) for each in folds.families},
        }
        write_json(folder / "cross_validation.json", plan)


if __name__ == "__main__":
    run(main)
