"""Who answers: one fitted model, or the ensemble, the weighted mean of its members."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import AfterValidator, ConfigDict, Field, RootModel

from stages.core.errors import UserError
from stages.core.files import read_json
from stages.core.params import NAME, check
from stages.core.paths import ENSEMBLE
from stages.reading.faults import one_line
from stages.serving.saved import Saved, load_saved

WEIGHTS = ENSEMBLE / "weights.json"
REMEDY = "run `dvc repro ensemble` or `dvc checkout`"


def _sum_is_1(weights: dict[str, float]) -> dict[str, float]:
    if abs(sum(weights.values()) - 1) > 1e-6:
        raise ValueError(f"they sum to {sum(weights.values()):g}, expected 1")
    return weights


Member = Annotated[str, Field(pattern=f"^{NAME.pattern}$")]
Weight = Annotated[float, Field(ge=0, le=1)]


class Weights(RootModel[Annotated[dict[Member, Weight], AfterValidator(_sum_is_1)]]):
    """The weight of each member, as the stage `ensemble` writes them."""

    model_config = ConfigDict(strict=True)


class Scorer(NamedTuple):
    """`name`: of its family; `score`: gives scores, float32 (n, classes), for uint8 images
    (n, 28, 28); `probabilities`: whether they are such."""

    name: str
    score: Callable[[np.ndarray], np.ndarray]
    classes: list[str]
    probabilities: bool


def open_scorer(name: str) -> Scorer:
    """The model of the family `name` or `final`, or the `ensemble`; raises `UserError`."""
    if name == ENSEMBLE.name:
        weights = {member: weight for member, weight in read_weights().items() if weight}
        members = {member: _load_member(member) for member in weights}
        classes = _common_classes(members)
        mean = partial(join, [*members.values()], [*weights.values()])
        return Scorer(name, mean, classes, probabilities=True)
    saved = load_saved(name)
    return Scorer(saved.family.name, saved.score, saved.classes, saved.probabilities)


def read_weights() -> dict[str, float]:
    """None negative, sum 1, by member; raises `UserError`."""
    try:
        return check(Weights, read_json(WEIGHTS), "", WEIGHTS).root
    except UserError as error:
        raise UserError(f"{error}; {REMEDY}") from None
    except FileNotFoundError:
        raise UserError(f"{WEIGHTS}: no such file; {REMEDY}") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{WEIGHTS}: cannot be used: {one_line(error)}; {REMEDY}") from None


def join(members: list[Saved], weights: list[float], images: np.ndarray) -> np.ndarray:
    """Probabilities, float32 (n, classes), as the stage `ensemble` joins them."""
    scores = np.stack([member.score(images) for member in members])
    return np.einsum("m,mnc->nc", weights, scores).astype(np.float32)


def _load_member(name: str) -> Saved:
    try:
        return load_saved(name)
    except UserError as error:
        raise UserError(f"{WEIGHTS}: member {name}: {error}") from None


def _common_classes(members: dict[str, Saved]) -> list[str]:
    """By label; raises `UserError` unless all give probabilities of the same classes."""
    first, *_ = members
    for name, saved in members.items():
        if not saved.probabilities:
            raise UserError(
                f"{WEIGHTS}: member {name}: has no probabilities, only scores; {REMEDY}"
            )
        if saved.classes != members[first].classes:
            raise UserError(
                f"{WEIGHTS}: member {name}: its classes are {saved.classes}, those of {first} "
                f"{members[first].classes}; {REMEDY}"
            )
    return members[first].classes
