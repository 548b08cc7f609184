"""Fits at work: each is a DVC experiment, run in a clone of the last commit."""

import json
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from filelock import FileLock, Timeout

from stages.core.errors import UserError
from stages.core.files import write_text
from stages.core.params import PARAMS_FILE, read_yaml
from stages.experiments.clones import bring_over, clear, new_clone
from stages.experiments.commands import CommandError, dvc, git
from stages.experiments.fit import SPLIT, Fit
from stages.experiments.processes import take_for_interrupts
from stages.experiments.schema import FILE
from stages.experiments.warm import warm

LOGS, LOCK = Path(".dvc/tmp/failed"), Path(".dvc/tmp/experiments.lock")
# What sweeps and searches write themselves, and what no fit hangs on.
OWN = ("metrics", "plots", str(FILE.with_name("dvc.lock")))
SHARED = ["download", "preprocess", "split", "probe"]  # the stages before the families


@contextmanager
def at_work() -> Iterator[None]:
    """While experiments are run here.

    Raises `UserError` where others are at work, and unless all that they stand on is there: the
    stages before the families have run, and no file on which a fit hangs differs from the last
    commit.
    """
    take_for_interrupts()
    try:
        with FileLock(LOCK, timeout=0):
            require_history()
            require_shared()
            require_committed()
            with warm():
                yield
    except Timeout:
        raise UserError(
            f"{LOCK}: another sweep or search is at work here; wait until it has ended"
        ) from None


def require_history() -> None:
    """Raise `UserError` in a shallow clone: git would drop what experiments bring back."""
    if git("rev-parse", "--is-shallow-repository") == "true":
        raise UserError("this clone is shallow, expected a whole one: git fetch --unshallow")


def require_shared() -> None:
    """Raise `UserError` unless the stages before the families have run."""
    if stale := json.loads(dvc("status", "--json", *SHARED)):
        raise UserError(
            f"stage {min(stale, key=SHARED.index)}: has changed or has not run; "
            f"`dvc repro {SHARED[-1]}`, then commit dvc.lock: experiments stand on it"
        )


def require_committed() -> None:
    """Raise `UserError` where a tracked file differs from the last commit."""
    others = [f":!{path}" for path in OWN]
    if found := git("status", "--porcelain", "--untracked-files=no", "--", ".", *others):
        first = found.splitlines()[0][3:]
        raise UserError(
            f"{first}: differs from the last commit, on which experiments stand; commit it, or "
            f"`git checkout HEAD -- {first}` takes it back"
        )


def run_fits(fits: list[Fit], jobs: int) -> Iterator[tuple[Fit, str | None]]:
    """Run the fits' experiments, so many at a time; each comes when it has ended, with the reason
    where it failed. What a killed run had finished is kept."""
    clones: SimpleQueue[Path] = SimpleQueue()

    def run(fit: Fit) -> str | None:
        clone = clones.get()
        try:
            dvc(*arguments(fit), cwd=clone)
        except CommandError as error:
            log = LOGS / f"{fit.experiment}.log"
            write_text(log, error.said)
            return f"{error} (log: {log})"
        finally:
            clones.put(clone)
        return None

    clear()
    pool = ThreadPoolExecutor(jobs)
    try:
        for number in range(min(jobs, len(fits))):
            clones.put(new_clone(number))
        running = {pool.submit(run, fit): fit for fit in fits}
        for ended in as_completed(running):
            bring_over()
            yield running[ended], ended.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        clear()


def arguments(fit: Fit) -> list[str]:
    """What `dvc` has to be told, so that it runs this fit.

    The two plus signs also let in a key that may be left out, as `straighten`, and has been.
    """
    values = fit.values | {"seed": fit.seed}
    if "seeds" in read_yaml(PARAMS_FILE)["families"][fit.family]:
        values["seeds"] = 1
    keys = [key if key.startswith(SPLIT) else f"families.{fit.family}.{key}" for key in values]
    pairs = zip(keys, values.values(), strict=True)
    sets = [f"-S++{key}={_written(value)}" for key, value in pairs]
    return ["exp", "run", "--temp", "--name", fit.experiment, *sets, f"evaluate@{fit.family}"]


def _written(value: Any) -> str:
    """A value as DVC's command line takes it.

    DVC writes 0.00001 as `1e-05`, which YAML 1.1 reads as text; the next float has a point in it.
    """
    if isinstance(value, float) and "e" in repr(value) and "." not in repr(value):
        value = math.nextafter(value, math.inf)
    return json.dumps(value)
