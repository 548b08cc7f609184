"""What DVC's experiments have found, read from git's references to them."""

import json
from typing import Any

from stages.core.paths import COSTS, SCORES
from stages.experiments.git import git


def references(names: set[str]) -> dict[str, str]:
    """{name: reference} of those experiments that there are."""
    listed = git("for-each-ref", "--format=%(refname)", "refs/exps/*/*/*").split()
    return {name: each for each in listed if (name := each.rpartition("/")[2]) in names}


def validation_scores(reference: str, family: str) -> dict[str, float]:
    """The numbers of metrics/scores/FAMILY.json for the validation rows."""
    return _metrics(reference, f"{SCORES / family}.json")[family]["validation"]


def fit_seconds(reference: str, family: str) -> float:
    """How long the fit took, as metrics/costs/FAMILY.json tells."""
    return _metrics(reference, f"{COSTS / family}.json")[family]["train"]["seconds"]


def _metrics(reference: str, file: str) -> dict[str, Any]:
    return json.loads(git("show", f"{reference}:./{file}"))
