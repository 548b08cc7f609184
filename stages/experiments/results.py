"""What DVC's experiments have found, read from git's references to them."""

import json
from pathlib import Path
from typing import Any

from dvc.api import DVCFileSystem
from scipy.stats import binomtest

from stages.core.paths import DATASET, FITS, METRICS
from stages.core.scores import DIGITS
from stages.experiments.commands import git


def references(names: set[str]) -> dict[str, str]:
    """{name: reference} of those experiments that there are."""
    listed = git("for-each-ref", "--format=%(refname)", "refs/exps/*/*/*").split()
    return {name: each for each in listed if (name := each.rpartition("/")[2]) in names}


def validation_accuracy(reference: str, family: str) -> float:
    """Of the experiment's model."""
    return _read(reference, METRICS / f"{family}.json")["validation"]["accuracy"]


def accuracy_interval(reference: str, accuracy: float) -> tuple[float, float]:
    """Wilson's 95 % interval of such an accuracy on the experiment's validation rows."""
    count = _read(reference, DATASET)["validation"]
    found = binomtest(round(accuracy * count), count).proportion_ci(method="wilson")
    return round(found.low, DIGITS), round(found.high, DIGITS)


def fit_seconds(reference: str, family: str) -> float:
    """How long the fit took; it stands in DVC's cache, or in its remote."""
    files = DVCFileSystem(rev=reference)
    return json.loads(files.read_text(f"{FITS / family}.json"))["costs"]["seconds"]


def _read(reference: str, file: Path) -> dict[str, Any]:
    return json.loads(git("show", f"{reference}:./{file}"))
