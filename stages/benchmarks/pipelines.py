"""How long the whole pipeline takes, and in how much memory, for `make bench`."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stages.common.files import read_json
from stages.common.paths import COSTS

JOBS = 2


@contextmanager
def clone(cache: Path | None) -> Iterator[Path]:
    """A fresh clone of the last commit, with a cache of its own, which is empty, or with this."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "-q", ".", folder], check=True)
        if cache:
            place = ["dvc", "cache", "dir", "--local", str(cache.absolute())]
            subprocess.run(place, cwd=folder, check=True)
        yield Path(folder)


def minutes(command: list[str], folder: Path) -> float:
    """How long the command takes there; raises `CalledProcessError` where it fails."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True)
    return (time.perf_counter() - start) / 60


def whole() -> list[tuple[str, float, str]]:
    """The whole pipeline from nothing, a family at a time and then families side by side."""
    with clone(cache=None) as folder:
        Path(folder, "dvc.lock").unlink()
        plain = minutes(["dvc", "repro"], folder)
        costs = [next(iter(read_json(file).values())) for file in (folder / COSTS).glob("*.json")]
    with clone(cache=None) as folder:
        Path(folder, "dvc.lock").unlink()
        parallel = minutes([sys.executable, "-m", "stages.parallel", str(JOBS)], folder)
    peak = max(cost["train"]["peak_memory_mb"] for cost in costs)
    return [
        ("minutes from nothing", plain, "<= 20"),
        ("GB, peak memory of the hungriest fit", peak / 1000, "<= 4"),
        (f"minutes from nothing, {JOBS} families side by side", parallel, ""),
        (f"times as fast, {JOBS} families side by side", plain / parallel, ">= 1"),
    ]


def evaluation() -> list[tuple[str, float, str]]:
    """Evaluating all families and writing the reports, the fitted models being there."""
    again = ["dvc", "repro", "--force", "--no-run-cache", "--single-item", "evaluate", "report"]
    with clone(Path(".dvc/cache")) as folder:
        subprocess.run(["dvc", "checkout", "-q", "dvc.yaml"], cwd=folder, check=True)
        return [("minutes for all families", minutes(again, folder), "<= 6")]
