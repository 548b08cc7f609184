"""`make -j N repro-parallel`: `dvc repro` with N families at work side by side.

A family computes with as many threads as ever: with fewer, its last bits would differ. The threads
of networks and of Spark wait for each other within each step, spinning: where one of them lacks a
core, all stand still. So of these no more are at work than the cores have room for.
"""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psutil

from stages.common.errors import UserError, run
from stages.common.experiments.dvc_files import begin, changed, end, mend, wait_for_others
from stages.common.experiments.side_by_side import calm
from stages.common.files import read_json
from stages.common.machine import threads
from stages.common.params import read_families
from stages.common.paths import COSTS

STAGES = ("train", "evaluate")
UPSTREAM = "probe"  # the last stage before the families, after all those that they need
APART = "scikit_learn"  # the framework whose threads do not wait for each other in that way
GRACE = 10  # seconds in which an interrupted family ends by itself
DVC = ("dvc", "--wait-for-lock", "repro")


def read_jobs(text: str) -> int:
    """The number of families side by side; raises `UserError`."""
    if not text.isdecimal() or int(text) < 1:
        raise UserError(f"make repro-parallel: JOBS: got {text!r}; expected a number from 1")
    return int(text)


def longest_first(families: list[str]) -> list[str]:
    """By the seconds that each took to fit last time; those that nobody knows come first."""
    seconds = {}
    for name in families:
        file = COSTS / f"{name}.json"
        seconds[name] = read_json(file)[name]["train"]["seconds"] if file.exists() else float("inf")
    return sorted(families, key=lambda name: -seconds[name])


def with_room(jobs: int) -> int:
    """How many families, of so many, have a core for each of their threads; one at least."""
    return max(1, min(jobs, len(os.sched_getaffinity(0)) // threads()))


def targets(name: str) -> list[str]:
    """The family's own stages, in the order in which they run."""
    return [f"{stage}@{name}" for stage in STAGES]


def repro(arguments: list[str]) -> bool:
    """Whether `dvc repro` with these arguments went well."""
    return subprocess.run([*DVC, *arguments], env=calm(), check=False).returncode == 0


def side_by_side(runs: list[list[str]], jobs: int) -> list[bool]:
    """Whether each `dvc repro` went well, so many at a time; an interrupt ends them all."""
    with ThreadPoolExecutor(jobs) as pool:
        try:
            return list(pool.map(repro, runs))
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            working = psutil.Process().children(recursive=True)
            # A terminal has told them as well, and they may be clearing up.
            for process in psutil.wait_procs(working, timeout=GRACE)[1]:
                process.terminate()
            raise


def run_shared(arguments: list[str]) -> None:
    """Run stages one at a time, as `dvc repro` does; raises `UserError` when one failed."""
    if side_by_side([arguments], jobs=1) != [True]:
        raise UserError("dvc repro failed; its error stands above")


def run_families(families: list[str], jobs: int) -> None:
    """Run what has changed, at most so many families at a time: first those that want all cores.

    Raises `UserError` when some failed.
    """
    stale = changed([target for name in families for target in targets(name)])
    waiting = longest_first([name for name in families if stale & set(targets(name))])
    print(f"{len(waiting)} of {len(families)} families to run, up to {jobs} at a time", flush=True)
    blocks = read_families()
    apart = [name for name in waiting if blocks[name].framework == APART]
    close = [name for name in waiting if name not in apart]
    failed = []
    for names, most in ((close, with_room(jobs)), (apart, jobs)):
        well = side_by_side([["-s", *targets(name)] for name in names], most)
        failed += [name for name, done in zip(names, well, strict=True) if not done]
    if failed:
        raise UserError(
            f"{len(failed)} of {len(waiting)} families failed: {', '.join(sorted(failed))} "
            "(their errors stand above); what the others made is kept"
        )


def work(jobs: int) -> None:
    """What `dvc repro` does; raises `UserError`."""
    families = list(read_families())
    wait_for_others("stages.parallel")
    mend()
    begin()
    run_shared([UPSTREAM])
    run_families(families, jobs)
    run_shared([])
    end()


def main() -> None:
    (text,) = sys.argv[1:]
    jobs = read_jobs(text)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        work(jobs)
    except KeyboardInterrupt:
        raise UserError("interrupted; the same command goes on with what is left") from None


if __name__ == "__main__":
    run(main)
