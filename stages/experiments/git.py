"""Git, as this project asks it."""

import subprocess

from stages.core.errors import UserError


def git(*arguments: str) -> str:
    """What git prints, less the space at its end; raises `UserError` with git's own complaint."""
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise UserError(f"git {arguments[0]}: {said[0]}")
    return done.stdout.rstrip()
