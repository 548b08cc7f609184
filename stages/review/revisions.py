"""The two sides of a comparison: the workspace, and the commit from which its branch set out."""

from typing import NamedTuple

from dvc.api import DVCFileSystem
from dvc.exceptions import DvcException

from stages.core.errors import UserError
from stages.experiments.commands import git

NO_REMOTE = {"core": {"remote": ""}}  # or DVC looks there for what its cache lacks


class Revision(NamedTuple):
    """A commit, or the workspace, whose `commit` is the one that is checked out."""

    name: str
    commit: str
    files: DVCFileSystem  # git's files and DVC's alike


def workspace(remote: bool = False) -> Revision:
    """What lies in the project's folder now, and in DVC's cache; with `remote` what lies there."""
    return Revision("workspace", git("rev-parse", "HEAD"), _files(None, remote))


def base_of(name: str, remote: bool = False) -> Revision:
    """The newest commit that HEAD and the revision `name` share, as a pull request takes it: what
    `name` has gained since is no doing of this branch.

    Raises `UserError` when git knows no such revision, or none that the two share.
    """
    try:
        tip = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except UserError:
        raise UserError(
            f"--base: git knows no revision {name!r}; fetch it (git fetch origin) or name another"
        ) from None
    try:
        commit = git("merge-base", tip, "HEAD")
    except UserError:
        raise UserError(
            f"--base: HEAD and {name!r} share no commit here; a shallow clone may lack it (git "
            "fetch --unshallow)"
        ) from None
    try:
        return Revision(name, commit, _files(commit, remote))
    except DvcException as error:
        raise UserError(f"--base: DVC cannot read {name} ({commit[:10]}): {error}") from None


def _files(commit: str | None, remote: bool) -> DVCFileSystem:
    return DVCFileSystem(rev=commit, config={} if remote else NO_REMOTE)
