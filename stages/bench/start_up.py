"""What is paid before any work is done, against a toy DVC project, for `make bench`.

Both are measured in one run, so that the ratios say little of the machine.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from stages.bench.pipelines import DVC, clone, seconds
from stages.core.errors import UserError
from stages.experiments.commands import dvc, git

ROUNDS = 5
FAMILY = "dummy"  # which is fitted in no time
TOY = {"fit": {"cmd": f"{sys.executable} fit.py", "deps": ["fit.py"], "outs": ["model"]}}
QUIET = ["--quiet", "--no-run-cache"]


@contextmanager
def toy() -> Iterator[Path]:
    """A DVC project of one stage that writes one letter."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "fit.py").write_text("open('model', 'w').write('m')\n")
        (place / "dvc.yaml").write_text(yaml.safe_dump({"stages": TOY}))
        git("init", "-q", cwd=place)
        dvc("init", "-q", cwd=place)
        dvc("repro", "-q", cwd=place)
        yield place


def measured(folder: Path, stage: str, command: list[str]) -> dict[str, float]:
    """Seconds, the median of some rounds: of a `dvc repro` that has nothing to do, of the stage's
    command, and of what DVC itself does for a stage that runs.

    Raises `UserError` where there is something to do.
    """
    if dvc("status", "--json", "dvc.yaml", cwd=folder).strip() not in ("", "{}"):
        raise UserError("bench: the last commit's dvc.lock is not of its code; dvc repro, commit")
    again = [*DVC, "repro", *QUIET, "--force", "--single-item", stage]
    commands = {"nothing": [*DVC, "repro", *QUIET], "stage": again, "command": command}
    # In this order: a stage that has run leaves DVC something to do, as its clock is another.
    middle = {
        what: statistics.median(seconds(words, folder) for _ in range(ROUNDS))
        for what, words in commands.items()
    }
    return middle | {"own": middle["stage"] - middle["command"]}


def lines() -> list[tuple[str, float, str]]:
    """The stage that fits the simplest family."""
    command = [sys.executable, "-m", "stages.train", FAMILY]
    with clone(Path(".dvc/cache")) as folder:
        ours = measured(folder, f"train@{FAMILY}", command)
    with toy() as folder:
        theirs = measured(folder, "fit", [sys.executable, "fit.py"])
    return [
        ("seconds of a dvc repro with nothing to do", ours["nothing"], ""),
        ("times a toy project's", ours["nothing"] / theirs["nothing"], "<= 3"),
        ("seconds of DVC for one stage that runs", ours["own"], ""),
        ("times a toy project's, for one stage", ours["own"] / theirs["own"], "<= 3"),
        (f"seconds of the stage that fits {FAMILY}", ours["command"], ""),
        ("times a toy's dvc repro, for that stage", ours["command"] / theirs["nothing"], "<= 3"),
    ]
