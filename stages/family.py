"""A family of params.yaml, opened: its framework, its architecture and its checked params."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from stages.common.params import Family, Schema, check, check_arguments, read_family, require_one_of

HERE = Path(__file__).parent


class OpenFamily(NamedTuple):
    """`framework`: a module of stages/frameworks; `build`: makes the unfitted model; `fit`: the
    framework's own params."""

    name: str
    framework: ModuleType
    build: Callable[[], Any]
    fit: Schema
    seed: int


def open_family(name: str, classes: int) -> OpenFamily:
    """Check the whole block `families.NAME`, then import its framework and its model and no other.

    Raises `UserError` for any key, value, framework or model that is not allowed.
    """
    block = read_family(name)
    where = f"families.{name}"
    framework = _module("frameworks", block, "framework", where)
    model = _module("models", block, "model", where)
    arguments = check_arguments(model.build, block.build, f"{where}.build")
    fit = check(framework.Fit, block.fit, f"{where}.fit")
    return OpenFamily(name, framework, partial(model.build, classes, **arguments), fit, block.seed)


def _module(folder: str, block: Family, key: str, where: str) -> ModuleType:
    value = getattr(block, key)
    allowed = {path.stem for path in (HERE / folder).glob("[!_]*.py")}
    require_one_of(f"{key} {value!r}", value, allowed, f"{where}.{key}")
    return import_module(f"stages.{folder}.{value}")
