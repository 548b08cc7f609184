"""What a revision says of its families, in the files that git and DVC keep."""

import io
import json
import re
from typing import Any, NamedTuple

import pandas as pd
import yaml
from dvc_data.index import DataIndexError
from fsspec import AbstractFileSystem

from stages.comparing.entrants import JOINED
from stages.comparing.leaderboard import leaderboard
from stages.core.errors import UserError
from stages.core.paths import DATASET, EXPLORED, METRICS, RAW, REPORTED, TEST, TRAIN, VALIDATION

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # dvc.lock is long
PINS = "requirements.lock"
DATA = [str(path) for path in (RAW, TRAIN, VALIDATION, TEST)]


class Recorded(NamedTuple):
    """What one side records; empty, or None, where it does not.

    `dataset`: its name, and the rows of each split. `data`: dvc.lock's entries of the data folders.
    `scores`: {family: {split: {metric: value}}}, the leaderboard's first at first, of the families
    in the revision's own params.yaml that were measured, and of the ensemble. `seconds` of fitting
    each. `families`: all of params.yaml. `exploration`: what `explore` has counted.
    """

    dataset: dict[str, Any] | None
    data: dict[str, dict[str, Any]]
    scores: dict[str, dict[str, dict[str, float]]]
    seconds: dict[str, float]
    families: list[str]
    exploration: dict[str, Any]


def read_recorded(files: AbstractFileSystem) -> Recorded:
    """All that the revision records; raises `UserError` for a file that is not valid."""
    families = list(_read(files, "params.yaml").get("families") or {})
    told = {name: _read(files, f"{METRICS}/{name}.json") for name in [*families, JOINED]}
    scores = {name: each for name, each in told.items() if {"test", "validation"} <= each.keys()}
    dataset = _read(files, str(DATASET))
    costs = io.StringIO(_text(files, f"{REPORTED}/costs.csv") or "family,seconds")
    seconds = pd.read_csv(costs, index_col="family", dtype={"family": str}, keep_default_na=False)
    return Recorded(
        dataset=dataset if "name" in dataset else None,
        data=_data(_read(files, "dvc.lock").get("stages") or {}, families),
        scores={name: scores[name] for name in leaderboard(scores)["family"]} if scores else {},
        seconds=seconds["seconds"].astype(float).to_dict(),
        families=families,
        exploration=_read(files, f"{EXPLORED}/numbers.json"),
    )


def why_incomparable(base: Recorded, head: Recorded) -> str:
    """Why test accuracies of the two must not be set against each other; empty if they may."""
    if not base.scores or not head.scores:
        return f"the {'workspace' if base.scores else 'base'} has no metrics in {METRICS}/"
    if base.dataset is None or head.dataset is None:
        return f"the {'workspace' if base.dataset else 'base'} has no {DATASET}"
    for key, what in (("name", "data set"), ("test", "number of test images")):
        there, here = base.dataset.get(key), head.dataset.get(key)
        if there != here:
            return f"another {what} ({there} there, {here} here): accuracies are not comparable"
    if same_rows(base, head, str(TEST)) is False:
        return f"other test images (dvc.lock's hash of {TEST}): accuracies are not comparable"
    return ""


def same_rows(base: Recorded, head: Recorded, folder: str) -> bool | None:
    """Whether a data folder is the same in both, None where dvc.lock does not tell."""
    hashes = [side.data.get(folder, {}).get("md5") for side in (base, head)]
    return None if None in hashes else hashes[0] == hashes[1]


def read_held(files: AbstractFileSystem, path: str) -> bytes | None:
    """A file that DVC keeps; None where it is neither in the workspace nor in what DVC may read."""
    try:
        return files.read_bytes(path)
    except (OSError, DataIndexError):
        return None


def read_packages(files: AbstractFileSystem) -> dict[str, str]:
    """{package: version} that the revision pins."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", _text(files, PINS), re.MULTILINE))


def _data(stages: dict[str, Any], families: list[str]) -> dict[str, dict[str, Any]]:
    """The entries of `DATA`, as the last stage has them that writes or reads them; a family that is
    gone stays in dvc.lock with what it once read."""
    found = {}
    for name, stage in stages.items():
        family = name.partition("@")[2]
        if not family or family in families:
            found |= {each["path"]: each for key in ("deps", "outs") for each in stage.get(key, [])}
    return {path: found[path] for path in DATA if path in found}


def _read(files: AbstractFileSystem, path: str) -> dict[str, Any]:
    """What a JSON or YAML file holds, nothing if there is none."""
    text = _text(files, path)
    try:
        if path.endswith(".json"):
            return json.loads(text or "{}")
        return yaml.load(text, Loader=LOADER) or {}  # noqa: S506, it is a safe one
    except json.JSONDecodeError as error:
        raise UserError(f"{path}: not valid JSON: {error}; write it again (dvc repro)") from None
    except yaml.YAMLError as error:
        raise UserError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None


def _text(files: AbstractFileSystem, path: str) -> str:
    """A file's text, empty if there is none; `exists` would take any error for that."""
    try:
        return files.read_text(path)
    except FileNotFoundError:
        return ""
