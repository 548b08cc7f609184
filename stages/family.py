"""A family of params.yaml, opened: its framework, its architecture and its checked params."""

import hashlib
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from stages.common.epochs import EpochLog
from stages.common.params import Family, Schema, check, check_arguments, read_family, require_one_of
from stages.common.rows import Rows
from stages.common.straighten import straighten

HERE = Path(__file__).parent


class OpenFamily(NamedTuple):
    """`framework`: a module of stages/frameworks; `build`: makes the unfitted model; `params`: the
    framework's own, for `fit`."""

    name: str
    framework: ModuleType
    build: Callable[[], Any]
    params: Schema
    seed: int
    preprocess: list[str]

    def fit(self, train: Rows, validation: Rows, log: EpochLog) -> Any:
        """The fitted model, which has seen the rows straightened as `preprocess` says."""
        parts = (self._straight(rows) for rows in (train, validation))
        return self.framework.fit(self.build, *parts, self.params, self.seed, log)

    def score(self, model: Any, images: np.ndarray) -> np.ndarray:
        """Scores, float32 (n, classes), for uint8 images (n, 28, 28)."""
        return self.framework.score(model, straighten(images, self.preprocess))

    def _straight(self, rows: Rows) -> Rows:
        return rows._replace(images=straighten(rows.images, self.preprocess))


def open_family(name: str, classes: int) -> OpenFamily:
    """The family `name` of params.yaml, opened as `open_block` does."""
    return open_block(name, read_family(name), classes)


def open_block(name: str, block: Family, classes: int) -> OpenFamily:
    """Check the whole block, then import its framework and its model and no other.

    Raises `UserError` for any key, value, framework or model that is not allowed.
    """
    where = f"families.{name}"
    framework = _module("frameworks", block, "framework", where)
    model = _module("models", block, "model", where)
    arguments = check_arguments(model.build, block.build, f"{where}.build")
    params = check(framework.Fit, block.fit, f"{where}.fit")
    build = partial(model.build, classes, **arguments)
    return OpenFamily(name, framework, build, params, block.seed, block.preprocess)


def code_hashes(block: Family) -> dict[str, str]:
    """sha256 of the two files that a family is made of, beside what all families share."""
    files = [Path("frameworks", f"{block.framework}.py"), Path("models", f"{block.model}.py")]
    return {str(file): hashlib.sha256((HERE / file).read_bytes()).hexdigest() for file in files}


def _module(folder: str, block: Family, key: str, where: str) -> ModuleType:
    value = getattr(block, key)
    allowed = {path.stem for path in (HERE / folder).glob("[!_]*.py")}
    require_one_of(f"{key} {value!r}", value, allowed, f"{where}.{key}")
    return import_module(f"stages.{folder}.{value}")
