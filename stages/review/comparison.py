"""The workspace and the commit from which its branch set out, and what each family has become."""

import io
from typing import NamedTuple

import numpy as np
import pandas as pd
from dvc.api import DVCFileSystem
from dvc.exceptions import DvcException
from fsspec import AbstractFileSystem

from stages.comparing.entrants import JOINED
from stages.comparing.verdicts import judge
from stages.core.errors import UserError
from stages.core.paths import ENSEMBLE, EVALUATIONS, TEST
from stages.core.scores import DIGITS, accuracy
from stages.experiments.commands import git
from stages.review.recorded import Recorded, read_held, read_recorded, why_incomparable

NO_REMOTE = {"core": {"remote": ""}}  # or DVC looks there for what its cache lacks


class Revision(NamedTuple):
    """A commit, or the workspace, whose `commit` is the one that is checked out."""

    name: str
    commit: str
    files: DVCFileSystem  # git's files and DVC's alike


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
            verdicts = judge({}, {}, ({}, {}), 0)
        else:
            rights = right_answers(base.files, before), right_answers(head.files, after)
            verdicts = judge(before.scores, after.scores, rights, after.dataset["test"])
    except ImportError as error:  # of the package for this kind of remote
        raise UserError(f"--remote: {error}") from None
    except DvcException as error:
        raise UserError(f"DVC cannot read {name} or the workspace: {error}") from None
    return Comparison(base, head, before, after, verdicts, why_not)


def workspace(remote: bool = False) -> Revision:
    """What lies in the project's folder now, and in DVC's cache; with `remote` what lies there."""
    return Revision("workspace", git("rev-parse", "HEAD"), _files(None, remote))


def base_of(name: str, remote: bool = False) -> Revision:
    """The newest commit that HEAD and the revision `name` share, as a pull request takes it: what
    `name` has gained since is no doing of this branch.

    Raises `UserError` when git knows no such revision, or none that the two share.
    """
    unknown = f"git knows no revision {name!r}; fetch it (git fetch origin) or name another"
    parts = f"HEAD and {name!r} share no commit here; a shallow clone may lack it"
    revision = f"{name}^{{commit}}"
    tip = _asked(unknown, "rev-parse", "--verify", "--quiet", "--end-of-options", revision)
    commit = _asked(f"{parts} (git fetch --unshallow)", "merge-base", tip, "HEAD")
    try:
        return Revision(name, commit, _files(commit, remote))
    except DvcException as error:
        raise UserError(f"--base: DVC cannot read {name} ({commit[:10]}): {error}") from None


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


def _asked(complaint: str, *arguments: str) -> str:
    """What git prints; raises `UserError` with the complaint where it refuses."""
    try:
        return git(*arguments)
    except UserError:
        raise UserError(f"--base: {complaint}") from None


def _files(commit: str | None, remote: bool) -> DVCFileSystem:
    return DVCFileSystem(rev=commit, config={} if remote else NO_REMOTE)


def _array(files: AbstractFileSystem, path: str) -> np.ndarray | None:
    content = read_held(files, path)
    return None if content is None else np.load(io.BytesIO(content))
