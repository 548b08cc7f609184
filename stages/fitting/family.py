"""A family of params.yaml, opened: its block checked, its library and its architecture imported."""

from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
from pydantic import AfterValidator, Field

from stages.core.files import read_json, write_json
from stages.core.params import (
    NAME,
    Family,
    Schema,
    check,
    check_arguments,
    read_family,
    require_one_of,
)
from stages.core.rows import Rows
from stages.fitting.epochs import EpochLog
from stages.fitting.straighten import straighten

STAGES = Path(__file__).parent.parent
DESCRIPTION = "family.json"  # beside a model: the family that made it, and its classes
SEEDS = "seeds"  # a folder beside it: the weights of the same fit with other seeds
FEW_ROWS, SEVERAL = 5_000, 3  # `seeds: auto`: below so many training rows, so many fits


def _different(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("each class may be named once")
    return names


class Description(Schema):
    """What stands beside a model: who made it, its classes by label, the hashes of its code.

    `refit`: what replaces params of `fit` where no rows are left to look at while fitting.
    """

    family: Annotated[str, Field(pattern=f"^{NAME.pattern}$")]
    params: Family
    classes: Annotated[list[str], Field(min_length=2), AfterValidator(_different)]
    refit: dict[str, Any] = Field(default_factory=dict)
    code: dict[str, str]


class OpenFamily(NamedTuple):
    """A family whose block has been checked; `build` makes the unfitted model.

    `framework` is a module that keeps the contract of stages/frameworks/contract.py.
    """

    name: str
    block: Family
    framework: Any
    build: Callable[[], Any]
    params: Schema

    def fit(self, train: Rows, validation: Rows, log: EpochLog) -> Any:
        """The fitted model, which has seen the rows straightened as the block says."""
        straight = partial(straighten, steps=self.block.straighten)
        parts = (rows._replace(images=straight(rows.images)) for rows in (train, validation))
        return self.framework.fit(self.build, *parts, self.params, self.block.seed, log)

    def settled(self, rows: int) -> "OpenFamily":
        """The same with the number of seeds that `seeds: auto` stands for on so many rows."""
        if self.block.seeds != "auto":
            return self
        seeds = SEVERAL if rows < FEW_ROWS else 1
        return self._replace(block=self.block.model_copy(update={"seeds": seeds}))

    def others(self) -> Iterator["OpenFamily"]:
        """The same with each of the seeds after its own that the settled block asks for."""
        for seed in range(self.block.seed + 1, self.block.seed + self.block.seeds):
            yield self._replace(block=self.block.model_copy(update={"seed": seed}))

    def score(self, model: Any, images: np.ndarray) -> np.ndarray:
        """Scores, float32 (n, classes), for uint8 images (n, 28, 28)."""
        return self.framework.score(model, straighten(images, self.block.straighten))

    def save(
        self, model: Any, folder: Path, classes: list[str], refit: dict[str, Any] | None = None
    ) -> None:
        """Write the model into an existing folder, described so that `open_saved` can open it.

        The code of its two own files and of this room is part of that: whoever asks the model
        depends on it so.
        """
        own = [f"frameworks/{self.block.framework}.py", f"models/{self.block.model}.py"]
        code = {pattern: _hash_of(pattern) for pattern in [*own, "fitting/*.py"]}
        about = {"family": self.name, "params": self.block.model_dump(), "classes": classes}
        write_json(folder / DESCRIPTION, about | {"refit": refit or {}, "code": code})
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

    Raises `UserError`, or `OSError` or `ValueError` where the description is not there or no JSON.
    """
    file = folder / DESCRIPTION
    about = check(Description, read_json(file), "", file)
    return open_block(about.family, about.params, len(about.classes)), about.classes


def _hash_of(pattern: str) -> str:
    """SHA-256 of the contents of the files of stages/ that the pattern names, in order."""
    files = sorted(STAGES.glob(pattern))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _module(room: str, name: str, where: str) -> Any:
    allowed = {path.stem for path in (STAGES / room).glob("[!_]*.py")} - {"contract"}
    require_one_of(f"{room.removesuffix('s')} {name!r}", name, allowed, where)
    return import_module(f"stages.{room}.{name}")
