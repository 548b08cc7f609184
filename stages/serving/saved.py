"""A model that the pipeline has left in data/models, opened with the family that made it.

Weights are read, never pickles; whatever is wrong with a file is one line.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from stages.core.errors import UserError
from stages.core.files import read_json
from stages.core.params import Family, read_family
from stages.core.paths import DATASET, FINAL, MODELS
from stages.core.rows import SIDE
from stages.core.scores import are_probabilities
from stages.frameworks.contract import OpenFamily, open_block
from stages.reading.faults import one_line

DESCRIPTION = "family.json"  # what `refit` writes beside the final model


class Source(NamedTuple):
    """Where a fitted model lies, called `name` there, and the family that made it."""

    name: str
    folder: Path
    family: OpenFamily
    classes: list[str]


class Saved(NamedTuple):
    """A fitted model; `probabilities`: whether its scores are such."""

    family: OpenFamily
    model: Any
    classes: list[str]
    probabilities: bool

    def score(self, images: np.ndarray) -> np.ndarray:
        """Scores, float32 (n, classes), for uint8 images (n, 28, 28)."""
        return self.family.score(self.model, images)


def open_saved(name: str) -> Saved:
    """The model of the family `name`, or `final`, tried on a few images; raises `UserError`."""
    return load_saved(find_saved(name))


def find_saved(name: str) -> Source:
    """The model's place and family, its weights not yet read; raises `UserError`."""
    family, classes = _final() if name == FINAL.name else _family(name)
    return Source(name, MODELS / name, family, classes)


def load_saved(source: Source) -> Saved:
    """The model, tried on a few images; raises `UserError`."""
    name, folder, family, classes = source
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


def _final() -> tuple[OpenFamily, list[str]]:
    file = FINAL / DESCRIPTION
    try:
        content = read_json(file)
        name, block = content["family"], Family(**content["params"])
        classes = [str(each) for each in content["classes"]]
        return open_block(name, block, len(classes)), classes
    except FileNotFoundError:
        raise _missing(FINAL.name) from None
    except UserError as error:
        raise UserError(f"{file}: {str(error).removeprefix('params.yaml: ')}") from None
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise UserError(f"{file}: cannot be used: {one_line(error)}; {_remedy('final')}") from None


def _family(name: str) -> tuple[OpenFamily, list[str]]:
    block = read_family(name)
    if not (MODELS / name).is_dir():
        raise _missing(name)
    try:
        classes = read_json(DATASET)["classes"]
    except FileNotFoundError:
        raise UserError(
            f"{DATASET}: no such file; run `dvc repro split` or `dvc checkout`"
        ) from None
    return open_block(name, block, len(classes)), classes


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
