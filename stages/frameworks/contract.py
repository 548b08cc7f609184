"""The contract that every file of this folder keeps: what it takes to add a library."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from stages.core.params import Schema
from stages.core.rows import Rows
from stages.fitting.epochs import EpochLog

Build = Callable[[], Any]


class Framework(Protocol):
    """What a module of stages/frameworks defines; tests/frameworks/test_contract.py tries them all.

    Images are uint8 (n, 28, 28), ink high on background 0. A model is whatever the library fits.
    """

    Fit: type[Schema]  # the schema of a family's block `fit`
    # What its results hang on, as requirements.lock pins it: another version is a change of this
    # file, and so fits its families again.
    PACKAGES: dict[str, str]

    @staticmethod
    def fit(
        build: Build, train: Rows, validation: Rows, params: Schema, seed: int, log: EpochLog
    ) -> Any:
        """The model that `build` makes, fitted on `train`; `params` is a checked `Fit`.

        `validation` is for learning curves and early stopping, after which `log.refit` says how to
        fit without. `log` is called once an epoch, or `log.once` by a fit without epochs. The same
        seed on the same machine gives the same model. Raises `UserError` where the fit diverges or
        does not converge, where `build` makes no model of this library or one that cannot weigh
        rows as `params` asks.
        """

    @staticmethod
    def score(model: Any, images: np.ndarray) -> np.ndarray:
        """Float32 (n, classes), whose arg-max is the prediction; probabilities if there are any."""

    @staticmethod
    def save(model: Any, folder: Path) -> None:
        """Write the model into an existing folder: the same bytes for the same model, no pickle."""

    @staticmethod
    def load(build: Build, folder: Path) -> Any:
        """The model that `save` wrote, which scores as it did; `build` makes an unfitted one."""

    @staticmethod
    def parameters(model: Any) -> int | None:
        """How many numbers are trained; None where that says nothing of the model."""

    @staticmethod
    def environment() -> dict[str, str]:
        """The machine and the versions that a fit here uses."""
