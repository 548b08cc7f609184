"""The workspace and a base, with what each family has become from the one to the other."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from dvc.exceptions import DvcException
from dvc_data.index import DataIndexError
from fsspec import AbstractFileSystem

from stages.comparing.entrants import JOINED
from stages.comparing.verdicts import judge
from stages.core.errors import UserError
from stages.core.paths import ENSEMBLE, EVALUATIONS, TEST
from stages.core.scores import DIGITS, accuracy
from stages.review.recorded import Recorded, read_recorded, why_incomparable
from stages.review.revisions import Revision, base_of, workspace


class Comparison(NamedTuple):
    """Two revisions and what they record; `verdicts` as `judge` makes them, with no line where
    `why_not` says why the accuracies cannot be compared."""

    base: Revision
    head: Revision
    before: Recorded
    after: Recorded
    verdicts: pd.DataFrame
    why_not: str


def compare_with(name: str, remote: bool = False) -> Comparison:
    """The workspace against the base that it has in common with the revision `name`.

    Predictions come from the workspace and DVC's cache; with `remote`, what these lack is read
    from the default remote. Raises `UserError`.
    """
    base, head = base_of(name, remote), workspace(remote)
    try:
        before, after = read_recorded(base.files), read_recorded(head.files)
        why_not = why_incomparable(before, after)
        if why_not:
            return Comparison(base, head, before, after, judge({}, {}, ({}, {}), 0), why_not)
        rights = right_answers(base.files, before), right_answers(head.files, after)
    except ImportError as error:  # of the package for this kind of remote
        raise UserError(f"--remote: {error}") from None
    except DvcException as error:
        raise UserError(f"DVC cannot read {name} or the workspace: {error}") from None
    verdicts = judge(before.scores, after.scores, rights, after.dataset["test"])
    return Comparison(base, head, before, after, verdicts, "")


def right_answers(files: AbstractFileSystem, recorded: Recorded) -> dict[str, np.ndarray]:
    """Which test rows each family has right, booleans (n,), where its predictions are at hand.

    Predictions whose accuracy is not the recorded one are of another run, so they do not count.
    """
    labels, found = _array(files, f"{TEST}/labels.npy"), {}
    for name, scores in recorded.scores.items():
        folder = ENSEMBLE if name == JOINED else EVALUATIONS / name
        values = _array(files, f"{folder}/test.npy")
        if labels is None or values is None or len(values) != len(labels):
            continue
        if round(accuracy(values, labels), DIGITS) == scores["test"]["accuracy"]:
            found[name] = values.argmax(axis=1) == labels
    return found


def _array(files: AbstractFileSystem, path: str) -> np.ndarray | None:
    try:
        with files.open(path) as file:
            return np.load(file)
    except (OSError, DataIndexError):
        return None
