"""How long the whole pipeline takes, and in how much memory, for `make bench`."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stages.parallel import UPSTREAM, targets

from stages.core.files import read_json
from stages.core.paths import COSTS

JOBS = 2
# To measure `repro-parallel` on: a network that wants all cores, and families that leave some.
SOME = ["keras_cnn", "boosting", "random_forest", "sgd", "svm", "knn_shift4", "logistic"]
SIDE_BY_SIDE = """
import sys
from stages.parallel import run_families

run_families(sys.argv[2:], int(sys.argv[1]))
"""


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
    """The whole pipeline from nothing."""
    with clone(cache=None) as folder:
        Path(folder, "dvc.lock").unlink()
        taken = minutes(["dvc", "repro"], folder)
        costs = [next(iter(read_json(file).values())) for file in (folder / COSTS).glob("*.json")]
    peak = max(cost["train"]["peak_memory_mb"] for cost in costs)
    return [
        ("minutes from nothing", taken, "<= 20"),
        ("GB, peak memory of the hungriest fit", peak / 1000, "<= 4"),
    ]


def parallel() -> list[tuple[str, float, str]]:
    """Some families, fitted and evaluated from nothing: one at a time, and then side by side."""
    stages = [stage for name in SOME for stage in targets(name)]
    plain = _from_probe(["dvc", "repro", "--single-item", *stages])
    beside = _from_probe([sys.executable, "-c", SIDE_BY_SIDE, str(JOBS), *SOME])
    return [
        (f"minutes for {len(SOME)} families, one at a time", plain, ""),
        (f"minutes for them, {JOBS} side by side", beside, ""),
        ("times as fast", plain / beside, ">= 1"),
    ]


def _from_probe(command: list[str]) -> float:
    """The minutes of the command in a clone in which the stages before the families have run."""
    with clone(cache=None) as folder:
        Path(folder, "dvc.lock").unlink()
        subprocess.run(["dvc", "repro", UPSTREAM], cwd=folder, check=True)
        return minutes(command, folder)


def evaluation() -> list[tuple[str, float, str]]:
    """Evaluating all families and writing the reports, the fitted models being there."""
    again = ["dvc", "repro", "--force", "--no-run-cache", "--single-item", "evaluate", "report"]
    with clone(Path(".dvc/cache")) as folder:
        subprocess.run(["dvc", "checkout", "-q", "dvc.yaml"], cwd=folder, check=True)
        return [("minutes for all families", minutes(again, folder), "<= 6")]
