"""Git and DVC, asked by their command lines."""

import re
import subprocess
import sys
from pathlib import Path

from stages.core.errors import UserError

COMPLAINT = re.compile(r"^(?:error|fatal): (.*)", re.MULTILINE | re.IGNORECASE)


class CommandError(UserError):
    """A command that failed; `said` is all that it printed."""

    def __init__(self, message: str, said: str):
        super().__init__(message)
        self.said = said


def git(*arguments: str, cwd: Path | None = None) -> str:
    """What git prints, less the space at its end; raises `CommandError` with its complaint."""
    return _run(["git"], arguments, cwd).rstrip()


def dvc(*arguments: str, cwd: Path | None = None) -> str:
    """What DVC prints, once no other DVC holds its lock; raises `CommandError` with its complaint,
    or rather with that of the stage that failed in it."""
    return _run([sys.executable, "-m", "dvc", "--wait-for-lock"], arguments, cwd)


def _run(program: list[str], arguments: tuple[str, ...], cwd: Path | None) -> str:
    command = [*program, *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stdout + done.stderr
        last = next(reversed(said.strip().splitlines()), f"exit status {done.returncode}")
        complaint = COMPLAINT.search(said)
        name = "dvc" if "dvc" in program else program[0]
        raise CommandError(f"{name} {arguments[0]}: {complaint[1] if complaint else last}", said)
    return done.stdout
