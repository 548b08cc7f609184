"""DVC's queue of experiments, at work in the side clone."""

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stages.common.experiments.side_by_side import calm

from stages.core.errors import UserError
from stages.core.files import write_text
from stages.experiments import side_clone
from stages.experiments.dvc_experiment import settings
from stages.experiments.results import references

PATIENCE = 0.5  # seconds between two looks at what has been finished
TRIES = 60  # of a command that a worker's lock keeps out
ROUNDS = 3  # of workers that end without having finished anything, before it is an error
LOGS = Path(".dvc/tmp/failed")
STATE = re.compile(r"^\w{7}\s+(\S+)\s.*\b(Queued|Running|Failed|Success)\s*$", re.MULTILINE)
COMPLAINT = re.compile(r"^(?:error|ERROR): (.*)$", re.MULTILINE)

Fit = dict[str, Any]  # as the plan writes it


def run_all(fits: list[Fit], workers: int, tell: Callable[[Fit], None]) -> dict[str, str]:
    """Run the fits' experiments, and `tell` of each that has ended well.

    Returns {experiment: why} of those that failed. Workers that were killed are replaced, and what
    they were at comes again. Raises `UserError` where workers keep ending with nothing done.
    """
    waiting = {fit["experiment"]: fit for fit in fits}
    failed, fruitless = {}, 0
    while waiting:
        before = len(waiting)
        _one_round(waiting, workers, tell)
        for name in [name for name, state in _states().items() if state == "Failed"]:
            if waiting.pop(name, None):
                failed[name] = _complaint(name)
        fruitless = fruitless + 1 if len(waiting) == before else 0
        if fruitless == ROUNDS:
            raise UserError(
                f"{ROUNDS} times DVC's workers ended before an experiment did; look whether memory "
                "or time runs out here, then start again"
            )
    return failed


def arguments(fit: Fit) -> list[str]:
    """What `dvc exp run` has to be told, so that it runs this fit."""
    return ["--name", fit["experiment"], *settings(fit["sets"]), f"evaluate@{fit['family']}"]


def _one_round(waiting: dict[str, Fit], workers: int, tell: Callable[[Fit], None]) -> None:
    """Queue all that is waiting, and watch until all has ended or nothing works any more."""
    side_clone.make()
    for number, fit in enumerate(list(waiting.values())):
        _dvc("exp", "run", "--queue", *arguments(fit))
        if number == 0:
            _start(workers)
        _take_finished(waiting, tell)
    if waiting:
        _start(workers)  # anew: those that found the queue empty have left
    while waiting and side_clone.working():
        time.sleep(PATIENCE)
        _take_finished(waiting, tell)


def _start(workers: int) -> None:
    command = ["dvc", "queue", "start", "--jobs", str(workers)]
    # Workers keep what their starter writes to open, so a pipe would end only with them.
    subprocess.run(command, cwd=side_clone.CLONE, env=calm(), stdout=subprocess.DEVNULL, check=True)


def _take_finished(waiting: dict[str, Fit], tell: Callable[[Fit], None]) -> None:
    side_clone.bring_over(set(waiting))
    for name in references(set(waiting)):
        tell(waiting.pop(name))


def _states() -> dict[str, str]:
    return dict(STATE.findall(_dvc("queue", "status")))


def _complaint(name: str) -> str:
    """Why it failed, and where the rest of what was said is kept when the side clone is gone."""
    log, file = _dvc("queue", "logs", name), LOGS / f"{name}.log"
    write_text(file, log)
    found = COMPLAINT.search(log)
    return f"{found[1] if found else ' '.join(log.splitlines()[-1:])} (log: {file})"


def _dvc(*arguments: str) -> str:
    """What DVC prints; raises `UserError`. While a worker holds what it needs, it is asked again:
    DVC waits for one of its two locks alone."""
    command = ["dvc", "--wait-for-lock", *arguments]
    for _ in range(TRIES):
        done = subprocess.run(
            command, cwd=side_clone.CLONE, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            return done.stdout
        if "rwlock" not in done.stderr:
            break
        time.sleep(PATIENCE)
    raise UserError(f"dvc {' '.join(arguments[:2])}: {_last_line(done.stderr)}")


def _last_line(text: str) -> str:
    return next(reversed(text.strip().splitlines()), "failed without a word")
