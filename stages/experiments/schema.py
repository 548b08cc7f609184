"""experiments.yaml, checked: which sweeps there are, where to search, what is cross-validated."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from stages.core.errors import UserError
from stages.core.params import (
    PARAMS_FILE,
    Names,
    Schema,
    Seed,
    check,
    read_families,
    read_yaml,
    require_families,
    require_name,
)

FILE = Path("stages/experiments/experiments.yaml")
PLANS = Path("metrics/plans")  # what the stage `plan` makes of it, by sweep
ALL = "all"  # in place of a list of families

T = TypeVar("T", bound=Schema)


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

    @model_validator(mode="after")
    def _plain(self) -> "Sweep":
        for key, values in self.set.items():
            if key in ("seed", "seeds"):
                told = "`set` should not name `{key}`: `seeds` says which there are"
                raise PydanticCustomError("seeds", told, {"key": key})
            try:
                json.dumps(values)
            except TypeError:
                what = {"key": key, "values": str(values)}
                told = "`set.{key}` should hold numbers, texts and the like, got {values}"
                raise PydanticCustomError("plain", told, what) from None
        return self


class Values(Schema):
    """What a param may be: one of `choices`, or from `low` to `high` (whole numbers where both are
    whole), tried evenly or, with `log`, evenly by their logarithm."""

    choices: Annotated[list[Any], Field(min_length=2)] | None = None
    low: int | float | None = None
    high: int | float | None = None
    log: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> "Values":
        given = (self.choices is not None, self.low is not None, self.high is not None)
        if given not in ((True, False, False), (False, True, True)):
            raise PydanticCustomError("kind", "it should have `choices`, or `low` and `high`")
        if self.low is not None and not (0 if self.log else float("-inf")) < self.low < self.high:
            least = "0 < `low` < `high`" if self.log else "`low` < `high`"
            raise PydanticCustomError("order", "it should have {least}", {"least": least})
        return self

    @property
    def ends(self) -> list[Any]:
        """All choices, or both ends of the range."""
        return self.choices if self.choices is not None else [self.low, self.high]


Key = Annotated[str, Field(pattern=r"^((build|fit)\.\w+|straighten)$")]
Space = Annotated[dict[Key, Values], Field(min_length=1)]


class Search(Schema):
    """For each family that can be searched, keys of its block (`fit.epochs`) and their values."""

    seed: Seed
    spaces: dict[str, Space]


def read_sweeps() -> dict[str, Sweep]:
    """The sweeps by name; raises `UserError`."""
    sweeps = read_yaml(FILE).get("sweeps") or {}
    for name in sweeps:
        require_name(name, FILE, "sweeps")
    return {name: _of_families(Sweep, block, f"sweeps.{name}") for name, block in sweeps.items()}


def read_cross_validation() -> CrossValidation:
    """The block `cross_validation`; raises `UserError`."""
    return _of_families(
        CrossValidation, read_yaml(FILE).get("cross_validation", {}), "cross_validation"
    )


def read_search() -> Search:
    """The block `search`; raises `UserError`."""
    block = read_yaml(FILE).get("search", {})
    with in_this_file():
        return check(Search, block, "search")


@contextmanager
def in_this_file() -> Iterator[None]:
    """Mistakes that are found within are this file's, not those of params.yaml."""
    try:
        yield
    except UserError as error:
        raise UserError(f"{FILE}: {str(error).removeprefix(f'{PARAMS_FILE}: ')}") from None


def _of_families(schema: type[T], block: Any, where: str) -> T:
    known = list(read_families())
    if isinstance(block, dict) and block.get("families") == ALL:
        block = block | {"families": known}
    with in_this_file():
        found = check(schema, block, where)
        require_families(found.families, f"{where}.families")
    return found
