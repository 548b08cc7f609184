"""The contract between the pipeline and a library: what a file in this folder offers, and a family
of params.yaml that is opened with it."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from stages.core.files import read_json, write_json
from stages.core.params import Family, Schema, check, check_arguments, read_family, require_one_of
from stages.core.rows import Rows
from stages.fitting.epochs import EpochLog
from stages.fitting.straighten import straighten

STAGES = Path(__file__).parent.parent
DESCRIPTION = "family.json"  # beside a model: the family that made it, and its classes

Build = Callable[[], Any]


class Framework(Protocol):
    """What a module of stages/frameworks defines; tests/frameworks/test_contract.py tries them all.

    Images are uint8 (n, 28, 28), ink high on background 0. A model is whatever the library fits.
    """

    Fit: type[Schema]  # the schema of a family's block `fit`

    @staticmethod
    def fit(
        build: Build, train: Rows, validation: Rows, params: Schema, seed: int, log: EpochLog
    ) -> Any:
        """The model that `build` makes, fitted on `train`; `params` is a checked `Fit`.

        `validation` is for learning curves and early stopping. `log` is called once an epoch, or
        once. The same seed on the same machine gives the same model. Raises `UserError` where the
        fit diverges or does not converge, or `build` makes no model of this library.
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


class OpenFamily(NamedTuple):
    """A family whose block has been checked; `build` makes the unfitted model."""

    name: str
    block: Family
    framework: Framework
    build: Build
    params: Schema

    def fit(self, train: Rows, validation: Rows, log: EpochLog) -> Any:
        """The fitted model, which has seen the rows straightened as the block says."""
        parts = (
            rows._replace(images=straighten(rows.images, self.block.straighten))
            for rows in (train, validation)
        )
        return self.framework.fit(self.build, *parts, self.params, self.block.seed, log)

    def score(self, model: Any, images: np.ndarray) -> np.ndarray:
        """Scores, float32 (n, classes), for uint8 images (n, 28, 28)."""
        return self.framework.score(model, straighten(images, self.block.straighten))

    def save(self, model: Any, folder: Path, classes: list[str]) -> None:
        """Write the model into an existing folder, described so that `open_saved` can open it."""
        about = {"family": self.name, "params": self.block.model_dump(), "classes": classes}
        write_json(folder / DESCRIPTION, about)
        self.framework.save(model, folder)


def open_family(name: str, classes: int) -> OpenFamily:
    """The family `name` of params.yaml, opened as `open_block` does."""
    return open_block(name, read_family(name), classes)


def open_block(name: str, block: Family, classes: int) -> OpenFamily:
    """Check the whole block, then import its framework and its model and no other.

    Raises `UserError` for any key, value, framework or model that is not allowed.
    """
    where = f"families.{name}"
    framework = _module("frameworks", block.framework, f"{where}.framework")
    model = _module("models", block.model, f"{where}.model")
    arguments = check_arguments(model.build, block.build, f"{where}.build")
    params = check(framework.Fit, block.fit, f"{where}.fit")
    return OpenFamily(name, block, framework, partial(model.build, classes, **arguments), params)


def open_saved(folder: Path) -> tuple[OpenFamily, list[str]]:
    """The family that made the model in the folder, and the names of its classes by label.

    Raises `UserError`, `OSError` or `ValueError` where the description is not there or not whole.
    """
    about = read_json(folder / DESCRIPTION)
    block = check(Family, about["params"], f"families.{about['family']}")
    return open_block(about["family"], block, len(about["classes"])), about["classes"]


def _module(room: str, name: str, where: str) -> Any:
    allowed = {path.stem for path in (STAGES / room).glob("[!_]*.py")} - {"contract"}
    require_one_of(f"{room.removesuffix('s')} {name!r}", name, allowed, where)
    return import_module(f"stages.{room}.{name}")
