"""numpy alone: a model is an array (classes, pixels), the mean image of each class."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field
from scipy.special import softmax

from stages.core.params import Schema
from stages.core.rows import Rows
from stages.core.scores import loss_and_accuracy
from stages.fitting.epochs import EpochLog
from stages.fitting.machine import describe

PACKAGES = {"numpy": "2.4.6"}  # what its results hang on, as requirements.lock pins it
FILE = "means.npy"


class Fit(Schema):
    """A family's block `fit`: how far the means are drawn to their own mean, from 0 to 1."""

    shrink: Annotated[float, Field(ge=0, le=1)]


def fit(
    build: Callable[[], np.ndarray],
    train: Rows,
    validation: Rows,
    params: Fit,
    seed: int,
    log: EpochLog,
) -> np.ndarray:
    """The mean training image of each class; nothing here is left to chance, or to `seed`."""
    model = build()
    for label in range(len(model)):
        model[label] = _flat(train.images[train.labels == label]).mean(axis=0)
    model += params.shrink * (model.mean(axis=0) - model)
    log.once(
        train=loss_and_accuracy(score(model, train.images), train.labels),
        validation=loss_and_accuracy(score(model, validation.images), validation.labels),
    )
    return model


def score(model: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Probabilities, float32 (n, classes), for uint8 images (n, 28, 28)."""
    # Half the squared distance to each mean, without the part that all classes share.
    distances = (model**2).sum(axis=1) / 2 - _flat(images) @ model.T
    return softmax(-distances, axis=1).astype(np.float32)


def save(model: np.ndarray, folder: Path) -> None:
    """Write the array."""
    np.save(folder / FILE, model)


def load(build: Callable[[], np.ndarray], folder: Path) -> np.ndarray:
    """The array; `build` is not needed."""
    return np.load(folder / FILE)


def parameters(model: np.ndarray) -> int:
    """All its numbers."""
    return model.size


def environment() -> dict[str, str]:
    """The machine and the version of numpy."""
    return describe("cpu", ["numpy"])


def _flat(images: np.ndarray) -> np.ndarray:
    """float64 (n, pixels) of 0..1."""
    return images.reshape(len(images), -1) / 255
