"""Git and DVC, asked by their command lines.

DVC 3 writes dvc.lock in place, so that a kill can leave it torn; here it writes beside it and
renames.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from stages.core.errors import UserError
from stages.core.files import new_file

ROOT = Path(__file__).parents[2]
BEGIN = (
    f"import sys; sys.path.append({str(ROOT)!r}); from stages.experiments.commands import be_dvc"
)
DVC = [sys.executable, "-c", f"{BEGIN}; be_dvc()", "dvc"]  # by which name others see it at work
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
    return _run([*DVC, "--wait-for-lock"], arguments, cwd)


def be_dvc() -> None:
    """Be `dvc`, with what follows this name on the command line, and write no lock in place."""
    from dvc.cli import main
    from dvc.utils.serialize import _common

    write_in_place = _common._dump_data

    def write(path: str, *content: Any, **options: Any) -> None:
        with new_file(Path(path)) as temporary:
            write_in_place(str(temporary), *content, **options)

    _common._dump_data = write
    sys.exit(main(sys.argv[2:]))


def environment() -> dict[str, str]:
    """This process's, with this Python's programs first on the PATH."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return os.environ | {"PATH": programs}


def _run(program: list[str], arguments: tuple[str, ...], cwd: Path | None) -> str:
    command = [*program, *arguments]
    how = {"cwd": cwd, "env": environment(), "capture_output": True, "text": True}
    done = subprocess.run(command, **how, check=False)
    if done.returncode:
        said = done.stdout + done.stderr
        last = next(reversed(said.strip().splitlines()), f"exit status {done.returncode}")
        complaint = COMPLAINT.search(said)
        name = "dvc" if "dvc" in program else program[0]
        raise CommandError(f"{name} {arguments[0]}: {complaint[1] if complaint else last}", said)
    return done.stdout
