"""`make repro`: DVC's run of the DAG, which can be cut off at any moment and goes on."""

import signal
import subprocess
import sys
from contextlib import suppress

import psutil

from stages.experiments.commands import DVC, environment
from stages.experiments.fallback import require_source
from stages.experiments.processes import take_for_interrupts, wait_for_others
from stages.experiments.recovery import recover
from stages.experiments.warm import warm

GRACE = 5  # seconds in which what was interrupted ends by itself
USAGE = 254  # DVC's exit code for options that it does not know


def repro(targets: list[str]) -> None:
    """Run what has changed: all, or these targets (and options) of `dvc repro`.

    Where it fails, DVC has told why.
    """
    wait_for_others("repro", "cross-validate")
    recover()
    require_source()
    if code := _run_dvc("repro", *targets):
        sys.exit(2 if code == USAGE else 1)


def _run_dvc(*words: str) -> int:
    """The exit code of `dvc WORDS`.

    An interrupt, or a SIGTERM or SIGHUP to this process, ends all that DVC has started.
    """
    take_for_interrupts()
    try:
        with warm(), subprocess.Popen([*DVC, *words], env=environment()) as dvc:
            try:
                return dvc.wait()
            except KeyboardInterrupt as interrupt:
                _end(dvc.pid, told=not interrupt.args)
                raise
    finally:
        recover()


def _end(dvc: int, told: bool) -> None:
    """End DVC and all that works for it; a terminal has perhaps `told` them already."""
    with suppress(psutil.NoSuchProcess):
        working = [*psutil.Process(dvc).children(recursive=True), psutil.Process(dvc)]
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            for process in [] if told and number == signal.SIGINT else working:
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(number)
            working = psutil.wait_procs(working, timeout=GRACE)[1]
