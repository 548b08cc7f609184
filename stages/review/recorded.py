"""What a revision says of its families, in the files that git and DVC keep."""

import json
from typing import Any, NamedTuple

import numpy as np
import yaml
from dvc_data.index import DataIndexError
from fsspec import AbstractFileSystem

from stages.core.errors import UserError
from stages.core.paths import (
    ENSEMBLE,
    JOINED,
    PREDICTIONS,
    RAW,
    ROWS,
    SCORES,
    TEST,
    TRAIN,
    VALIDATION,
)
from stages.core.scores import DIGITS, accuracy

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # dvc.lock is long
DATA = [str(path) for path in (RAW, TRAIN, VALIDATION, TEST)]


class Recorded(NamedTuple):
    """`dataset`: name and rows of each split, None if not recorded. `data`: dvc.lock's entries of
    the data folders. `scores`: {family: {split: {metric: value}}}, of the families in the
    revision's own params.yaml that were measured, and of the ensemble. `families`: all of them."""

    dataset: dict[str, Any] | None
    data: dict[str, dict[str, Any]]
    scores: dict[str, dict[str, dict[str, float]]]
    families: list[str]


def read_recorded(files: AbstractFileSystem) -> Recorded:
    """All that the revision records; what it lacks is empty."""
    params, lock = _yaml(files, "params.yaml"), _yaml(files, "dvc.lock")
    names = list(params.get("families") or {})
    told = {name: _json(files, f"{SCORES}/{name}.json").get(name) for name in names}
    told["ensemble"] = _json(files, str(ENSEMBLE)).get("ensemble")
    outs = [out for stage in (lock.get("stages") or {}).values() for out in stage.get("outs", [])]
    return Recorded(
        dataset=_json(files, str(ROWS)).get("dataset"),
        data={out["path"]: out for out in outs if out["path"] in DATA},
        scores={name: each for name, each in told.items() if each and "test" in each},
        families=names,
    )


def why_incomparable(base: Recorded, head: Recorded) -> str:
    """Why test accuracies of the two must not be set against each other; empty if they may."""
    if not base.scores or not head.scores:
        return f"the {'workspace' if base.scores else 'base'} has no metrics"
    if base.dataset is None or head.dataset is None:
        return f"the {'workspace' if base.dataset else 'base'} has no {ROWS}"
    for key, what in (("name", "data set"), ("test", "number of test images")):
        there, here = base.dataset.get(key), head.dataset.get(key)
        if there != here:
            return f"another {what} ({there} there, {here} here): accuracies are not comparable"
    hashes = [side.data.get(str(TEST), {}).get("md5") for side in (base, head)]
    if None not in hashes and hashes[0] != hashes[1]:
        return f"other test images (dvc.lock's hash of {TEST}): accuracies are not comparable"
    return ""


def right_answers(files: AbstractFileSystem, recorded: Recorded) -> dict[str, np.ndarray]:
    """Which test rows each family has right, booleans (n,), where its predictions are at hand.

    Predictions whose accuracy is not the recorded one are of another run, so they do not count.
    """
    labels, found = _array(files, f"{TEST}/labels.npy"), {}
    for name, scores in recorded.scores.items():
        values = _array(files, f"{predictions(name)}/test.npy")
        if labels is None or values is None or len(values) != len(labels):
            continue
        if round(accuracy(values, labels), DIGITS) == scores["test"]["accuracy"]:
            found[name] = values.argmax(axis=1) == labels
    return found


def predictions(name: str) -> str:
    """DVC's folder of the scores of a family or of the ensemble."""
    return str(JOINED if name == "ensemble" else PREDICTIONS / name)


def _array(files: AbstractFileSystem, path: str) -> np.ndarray | None:
    try:
        with files.open(path) as file:
            return np.load(file)
    except (OSError, DataIndexError):
        return None


def _json(files: AbstractFileSystem, path: str) -> dict[str, Any]:
    try:
        return json.loads(_text(files, path) or "{}")
    except ValueError as error:
        raise UserError(f"{path}: not valid JSON: {error}; write it again (dvc repro)") from None


def _yaml(files: AbstractFileSystem, path: str) -> dict[str, Any]:
    try:
        return yaml.load(_text(files, path), Loader=LOADER) or {}  # noqa: S506, it is a safe one
    except yaml.YAMLError as error:
        raise UserError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None


def _text(files: AbstractFileSystem, path: str) -> str:
    """A file's text, empty if there is none; `exists` would take any error for that."""
    try:
        return files.read_text(path)
    except FileNotFoundError:
        return ""
