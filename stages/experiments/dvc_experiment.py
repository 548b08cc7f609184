"""One family's DVC experiments: run apart from the workspace, watched, read, cleared away."""

import json
import math
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import yaml

from stages.core.params import PARAMS_FILE
from stages.core.paths import LIVE
from stages.experiments.git import git
from stages.experiments.results import references, validation_scores

TEMPORARY = Path(".dvc/tmp/exps")
CURVE = "plots/metrics/validation/accuracy.tsv"  # as DVCLive writes it, below data/live/FAMILY
PATIENCE = 0.5  # seconds between two looks at a curve
STASH = "refs/exps/stash"  # what DVC is about to run stands here for a moment

Curve = list[tuple[int, float]]  # steps from 0, validation accuracy


def run_experiment(
    name: str, family: str, values: dict[str, Any], log: Path, hopeless: Callable[[Curve], bool]
) -> str:
    """Fit and evaluate the family as experiment `name`, other values at keys like `fit.epochs`.

    `hopeless` is asked after each epoch; once it says so the fit is ended, and nothing is kept.
    Returns `done`, `pruned` or the line that says why it failed; DVC's words go to the file `log`.
    """
    sets = {f"families.{family}.{key}": value for key, value in values.items()}
    command = [
        "dvc",
        "--wait-for-lock",
        "exp",
        "run",
        "--temp",
        "--name",
        name,
        *settings(sets),
        f"evaluate@{family}",
    ]
    pruned = False
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
        known = 0
        while process.poll() is None:
            time.sleep(PATIENCE)
            curve = _curve(family)
            if len(curve) > known and not pruned and hopeless(curve):
                pruned = _end_fit(process.pid)
            known = len(curve)
    if process.returncode == 0:
        return "done"
    lines = log.read_text(encoding="utf-8").splitlines()
    errors = [line for line in lines if line.lower().startswith("error")]
    return "pruned" if pruned else next(iter(errors), f"see {log}")


def settings(values: dict[str, Any]) -> list[str]:
    """The options of `dvc exp run` that set params, at keys like `families.knn.fit.augment`.

    The two plus signs also let in a key that may be left out, as `preprocess`, and has been.
    """
    return [f"-S++{key}={written(value)}" for key, value in values.items()]


def written(value: Any) -> str:
    """A value as DVC's command line takes it.

    DVC writes 0.00001 as `1e-05`, which YAML 1.1 reads as text; the next float has a point in it.
    """
    if isinstance(value, float) and "e" in repr(value) and "." not in repr(value):
        value = math.nextafter(value, math.inf)
    return json.dumps(value)


def validation_accuracy(name: str, family: str) -> float | None:
    """Of the experiment's model; None where there is no such experiment."""
    found = references({name})
    return validation_scores(found[name], family)["accuracy"] if found else None


def clear_killed() -> None:
    """Clear away what a killed experiment has left; no DVC may be running here.

    That is its folder, DVC's notes on it, and its params, which stand in the workspace for a moment
    while DVC starts it.
    """
    for folder in (TEMPORARY / "standalone").glob("tmp*"):
        shutil.rmtree(folder)
    (TEMPORARY / "rwlock").unlink(missing_ok=True)
    if git("for-each-ref", STASH):
        git("update-ref", "-d", STASH)


def restore_params(family: str, values: dict[str, Any]) -> None:
    """Take params.yaml back to the last commit if it is that but for these values of the family."""
    committed = git("show", f"HEAD:./{PARAMS_FILE}")
    now, content = map(yaml.safe_load, (PARAMS_FILE.read_text(encoding="utf-8"), committed))
    if now != content:
        for key, value in values.items():
            *path, last = key.split(".")
            inner = content["families"][family]
            for part in path:
                inner = inner[part]
            inner[last] = value
        if now == content:
            git("checkout", "-q", "HEAD", "--", str(PARAMS_FILE))


def _curve(family: str) -> Curve:
    for file in (TEMPORARY / "standalone").glob(f"tmp*/{LIVE}/{family}/{CURVE}"):
        # The last line may be half written; the first holds the names of the columns.
        lines = file.read_text(encoding="utf-8").split("\n")[1:-1]
        pairs = (line.split("\t") for line in lines)
        return [(int(step), float(accuracy)) for step, accuracy in pairs]
    return []


def _end_fit(dvc: int) -> bool:
    """End the stage that DVC runs: DVC itself then clears up after the experiment."""
    for process in psutil.Process(dvc).children(recursive=True):
        try:
            if "stages.train" in process.cmdline():
                process.terminate()
                return True
        except psutil.NoSuchProcess:
            continue
    return False
