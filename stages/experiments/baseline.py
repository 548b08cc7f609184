"""What experiments stand on: the last commit, and the stages before the families."""

from pathlib import Path

from stages.core.errors import UserError
from stages.experiments.dvc_files import changed
from stages.experiments.git import git

SHARED = ["download", "preprocess", "split", "probe"]  # the stages before the families


def require_shared() -> None:
    """Raise `UserError` unless the stages before the families have run."""
    if stale := changed(SHARED):
        raise UserError(
            f"stage {min(stale, key=SHARED.index)}: has changed or has not run; "
            f"`dvc repro {SHARED[-1]}`, then commit dvc.lock: experiments stand on it"
        )


def require_committed(besides: list[Path]) -> None:
    """Raise `UserError` where a tracked file differs from the last commit."""
    others = [f":!{path}" for path in besides]
    differing = git("status", "--porcelain", "--untracked-files=no", "--", ".", *others)
    if differing:
        first = differing.splitlines()[0][3:]
        raise UserError(
            f"{first}: differs from the last commit, on which experiments stand; commit it, or "
            f"`git checkout HEAD -- {first}` takes it back"
        )
