"""How long the whole pipeline takes, its start-up too, and in how much memory, for `make bench`."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from stages.core.errors import UserError
from stages.core.files import read_json
from stages.core.params import read_family
from stages.core.paths import FITS
from stages.experiments.commands import dvc, environment, git

DVC = [sys.executable, "-m", "dvc"]
ROUNDS = 5
FAMILY = "dummy"  # which is fitted in no time
FIT = [sys.executable, "fit.py"]
TOY = {"fit": {"cmd": " ".join(FIT), "deps": ["fit.py"], "outs": ["model"]}}


def whole() -> list[tuple[str, float, str]]:
    """The whole pipeline from nothing."""
    with clone(cache=None) as folder:
        Path(folder, "dvc.lock").unlink()
        taken = seconds([sys.executable, "-m", "stages", "repro"], folder)
        costs = [read_json(file)["costs"] for file in (folder / FITS).glob("*.json")]
    peak = max(cost["peak_memory_mb"] for cost in costs)
    return [
        ("minutes from nothing", taken / 60, "<= 20"),
        ("GB, peak memory of the hungriest fit", peak / 1000, "<= 4"),
    ]


def evaluation() -> list[tuple[str, float, str]]:
    """Evaluating all families and writing the reports, the fitted models being there."""
    again = [*DVC, "repro", "--force", "--no-run-cache", "--single-item", "evaluate", "report"]
    with clone(Path(".dvc/cache")) as folder:
        return [("minutes for all families", seconds(again, folder) / 60, "<= 6")]


def start_up() -> list[tuple[str, float, str]]:
    """What is paid before any work is done, for the simplest family, against a toy DVC project.

    Both are measured in one run, so that the ratios say little of the machine.
    """
    read_family(FAMILY)  # or one line says that there is none
    command = [sys.executable, "-m", "stages.train", FAMILY]
    with clone(Path(".dvc/cache")) as folder:
        ours = medians(folder, f"train@{FAMILY}", command)
    with toy() as folder:
        theirs = medians(folder, "fit", FIT)
    return [
        ("seconds of a dvc repro with nothing to do", ours["nothing"], ""),
        ("times a toy project's", ours["nothing"] / theirs["nothing"], "<= 3"),
        ("seconds of DVC for one stage that runs", ours["own"], ""),
        ("times a toy project's, for one stage", ours["own"] / theirs["own"], "<= 3"),
        (f"seconds of the stage that fits {FAMILY}", ours["command"], ""),
        ("times a toy's dvc repro, for that stage", ours["command"] / theirs["nothing"], "<= 3"),
    ]


def medians(folder: Path, stage: str, command: list[str]) -> dict[str, float]:
    """Seconds, the median of some rounds: of a `dvc repro` that has nothing to do, of the stage's
    command, and of what DVC itself does for a stage that runs.

    Raises `UserError` where there is something to do.
    """
    if dvc("status", "--json", "dvc.yaml", cwd=folder).strip() not in ("", "{}"):
        raise UserError("bench: the last commit's dvc.lock is not of its code; dvc repro, commit")
    quiet = [*DVC, "repro", "--quiet", "--no-run-cache"]
    again = [*quiet, "--force", "--single-item", stage]
    # In this order: a stage that has run leaves DVC something to do, as its clock is another.
    middle = {
        what: statistics.median(seconds(words, folder) for _ in range(ROUNDS))
        for what, words in {"nothing": quiet, "stage": again, "command": command}.items()
    }
    return middle | {"own": middle["stage"] - middle["command"]}


def seconds(command: list[str], folder: Path) -> float:
    """How long the command takes there; raises `CalledProcessError` where it fails."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment(), check=True)
    return time.perf_counter() - start


@contextmanager
def clone(cache: Path | None) -> Iterator[Path]:
    """A fresh clone of the last commit, with a cache of its own, which is empty, or with the
    outputs that this one holds."""
    with tempfile.TemporaryDirectory() as folder:
        git("clone", "-q", ".", folder)
        if cache:
            dvc("cache", "dir", "--local", str(cache.absolute()), cwd=Path(folder))
            dvc("checkout", "-q", "dvc.yaml", cwd=Path(folder))
        yield Path(folder)


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
