"""The two sides of a comparison: the workspace, and the commit from which its branch set out."""

import subprocess
from typing import NamedTuple

from dvc.api import DVCFileSystem
from dvc.exceptions import DvcException
from dvc.repo import Repo

from stages.common.errors import UserError

NO_REMOTE = {"core": {"remote": ""}}  # or DVC would look there for what its cache lacks


class Revision(NamedTuple):
    """A commit, or the workspace, whose `commit` is the one that is checked out."""

    name: str
    commit: str
    files: DVCFileSystem  # git's files and DVC's alike, the latter from its cache


def workspace() -> Revision:
    """What lies in the project's folder now."""
    return Revision("workspace", git("rev-parse", "HEAD"), DVCFileSystem(config=NO_REMOTE))


def base_of(name: str) -> Revision:
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
        return Revision(name, commit, DVCFileSystem(rev=commit, config=NO_REMOTE))
    except DvcException as error:
        raise UserError(f"--base: DVC cannot read {name} ({commit[:10]}): {error}") from None


def git(*arguments: str) -> str:
    """What git prints, less the space at its end; raises `UserError` with git's own complaint."""
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise UserError(f"git {arguments[0]}: {said[0]}")
    return done.stdout.rstrip()


def fetch(revision: Revision, paths: list[str]) -> None:
    """Bring DVC's `paths`, as `revision` has them, from the default remote into the cache.

    DVC warns of what the remote lacks. Raises `UserError` when there is no remote, or a wrong one.
    """
    where = {"revs": [revision.commit], "workspace": False}
    try:
        with Repo() as repo:
            repo.fetch(targets=paths, **where)
    except (DvcException, OSError) as error:
        raise UserError(f"--fetch: {' '.join(str(error).split())}; see dvc remote list") from None
