"""A model that the pipeline has left in data/models, opened with the family that made it.

Weights are read, never pickles; whatever is wrong with a file is one line.
"""

from typing import Any, NamedTuple

import numpy as np

from stages.core.errors import UserError
from stages.core.params import NAME, PARAMS_FILE, read_family
from stages.core.paths import FINAL, MODELS
from stages.core.rows import SIDE
from stages.core.scores import are_probabilities
from stages.fitting.family import DESCRIPTION, OpenFamily, open_saved
from stages.reading.faults import one_line


class Saved(NamedTuple):
    """A fitted model; `probabilities`: whether its scores are such."""

    family: OpenFamily
    model: Any
    classes: list[str]
    probabilities: bool

    def score(self, images: np.ndarray) -> np.ndarray:
        """Scores, float32 (n, classes), for uint8 images (n, 28, 28)."""
        return self.family.score(self.model, images)


def find_saved(name: str) -> tuple[OpenFamily, list[str]]:
    """Who made the model of the family `name`, or `final`, and its classes by label.

    Its weights are not read yet. Raises `UserError`.
    """
    file = MODELS / name / DESCRIPTION
    if not NAME.fullmatch(name) or not file.exists():
        if name != FINAL.name:
            read_family(name)  # says so where there is no such family
        raise _missing(name)
    try:
        return open_saved(file.parent)
    except UserError as error:  # which may name params.yaml, as for a family there
        told = str(error).removeprefix(f"{file}: ").removeprefix(f"{PARAMS_FILE}: ")
        raise UserError(f"{file}: {told}") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{file}: cannot be used: {one_line(error)}; {_remedy(name)}") from None


def load_saved(name: str) -> Saved:
    """The model of the family `name`, or `final`, tried on a few images; raises `UserError`."""
    folder, (family, classes) = MODELS / name, find_saved(name)
    try:
        model = family.framework.load(family.build, folder)
        scores = family.score(model, _trial())
    except UserError:
        raise
    except FileNotFoundError:
        raise _missing(name) from None
    except Exception as error:  # every library has its own errors for files that are not its own
        raise UserError(
            f"{folder}: not a whole model of {family.name} as its params describe it "
            f"({type(error).__name__}: {one_line(error)}); {_remedy(name)}"
        ) from None
    if scores.shape != (len(scores), len(classes)) or not np.isfinite(scores).all():
        raise UserError(
            f"{folder}: scores of {scores.shape[1:]} numbers, expected {len(classes)} finite ones "
            f"for each digit; {_remedy(name)}"
        )
    return Saved(family, model, classes, are_probabilities(scores))


def _trial() -> np.ndarray:
    """Nothing, and noise: enough to tell probabilities from other scores."""
    noise = np.random.default_rng(0).integers(0, 256, (3, SIDE, SIDE), np.uint8)
    noise[0] = 0
    return noise


def _missing(name: str) -> UserError:
    return UserError(f"{MODELS / name}: no model here; {_remedy(name)}")


def _remedy(name: str) -> str:
    stage = "refit" if name == FINAL.name else f"train@{name}"
    return f"run `dvc repro {stage}` or `dvc checkout`"
