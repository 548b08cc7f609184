"""How long the whole pipeline takes, and in how much memory, for `make bench`."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stages.core.files import read_json
from stages.core.paths import FITS
from stages.experiments.commands import dvc, git
from stages.experiments.repro import environment

DVC = [sys.executable, "-m", "dvc"]


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


def seconds(command: list[str], folder: Path) -> float:
    """How long the command takes there; raises `CalledProcessError` where it fails."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment(), check=True)
    return time.perf_counter() - start


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
