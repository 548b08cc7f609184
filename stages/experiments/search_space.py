"""The block `search` of params.yaml: where to look for better params of a family, and how."""

import json
from typing import Annotated, Any

from optuna.trial import Trial
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from stages.core.params import Schema, Seed


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


Key = Annotated[str, Field(pattern=r"^((build|fit)\.\w+|preprocess)$")]
Space = Annotated[dict[Key, Values], Field(min_length=1)]


class Search(Schema):
    """For each family that can be searched, keys of its block (`fit.epochs`) and their values."""

    seed: Seed
    spaces: dict[str, Space]


def suggested(trial: Trial, space: Space) -> dict[str, Any]:
    """A value for each key. Optuna keeps choices as JSON: its store takes no lists."""
    for key, values in space.items():
        if values.choices is not None:
            trial.suggest_categorical(key, [json.dumps(each) for each in values.choices])
        elif isinstance(values.low, int) and isinstance(values.high, int):
            trial.suggest_int(key, values.low, values.high, log=values.log)
        else:
            trial.suggest_float(key, values.low, values.high, log=values.log)
    return decoded(trial.params, space)


def decoded(params: dict[str, Any], space: Space) -> dict[str, Any]:
    """The values behind what Optuna keeps."""
    return {
        key: json.loads(value) if space[key].choices is not None else value
        for key, value in params.items()
    }
