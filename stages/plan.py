"""Stage `plan`: what each sweep is to fit, written down.

Each sweep depends on its own plan, so that it runs again when the params or the code of one of its
families change, and not when another's do.
"""

from itertools import product
from typing import Annotated, Any

from pydantic import Field

from stages.common.errors import UserError, run
from stages.common.files import new_folder, write_json
from stages.common.params import (
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
from stages.common.paths import PLANS
from stages.family import code_hashes


class CrossValidation(Schema):
    """Which families are fitted `folds` times, on how many of the training rows (null: all)."""

    families: Names
    folds: Annotated[int, Field(ge=2)]
    rows: Annotated[int, Field(ge=2)] | None
    seed: Seed


class Sweep(Schema):
    """Every family with every value of `set`, keys of its block (`fit.augment`), for every seed."""

    title: str
    families: Names
    set: dict[str, Annotated[list[Any], Field(min_length=1)]] = Field(default_factory=dict)
    seeds: Annotated[list[Seed], Field(min_length=1)]


def variants(sweep: Sweep, families: dict[str, Family], where: str) -> list[dict[str, Any]]:
    """Every family with every combination of values: `family`, `values` and the whole `params`.

    Raises `UserError` for a key that the family's block has not.
    """
    return [
        {"family": name, "values": values, "params": changed(families[name], values, where)}
        for name in sweep.families
        for values in (
            dict(zip(sweep.set, each, strict=True)) for each in product(*sweep.set.values())
        )
    ]


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


def main() -> None:
    families = read_families()
    with new_folder(PLANS) as folder:
        for name, sweep in read_named(Sweep, "sweeps").items():
            where = f"sweeps.{name}"
            require_families(sweep.families, f"{where}.families")
            plan = sweep.model_dump() | {
                "variants": variants(sweep, families, where),
                "code": {each: code_hashes(families[each]) for each in sweep.families},
            }
            write_json(folder / f"{name}.json", plan)
        folds = read_block(CrossValidation, "cross_validation")
        require_families(folds.families, "cross_validation.families")
        plan = folds.model_dump() | {
            "families": {each: families[each].model_dump() for each in folds.families},
            "code": {each: code_hashes(families[each]) for each in folds.families},
        }
        write_json(folder / "cross_validation.json", plan)


if __name__ == "__main__":
    run(main)
