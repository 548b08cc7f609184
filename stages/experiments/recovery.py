"""What a run that was killed leaves behind, put right before any command of ours works."""

import fcntl
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stages.experiments.whole_locks import LOCKS, mend

DVC_AT_WORK = Path(".dvc/tmp/lock")  # which DVC holds but for the time in which a stage runs
NOTES = Path(".dvc/tmp/rwlock")  # DVC's own, of who reads and writes what
NOTING = Path(".dvc/tmp/rwlock.lock")
GIT_AT_WORK = Path(".git/index.lock")
LEFTOVER = re.compile(r"\..+\.(\d+)\.tmp")  # as stages/core/files.py names what is not whole yet
PLACES = ["", "data/", "data/*/", "metrics/", "metrics/*/", "plots/", "plots/*/"]
PLACES += [".dvc/tmp/", ".dvc/tmp/kept/", "stages/experiments/"]
NAMED = 2  # leftovers that the line names


def recover() -> None:
    """Put right what a killed run has left, and say so in one line; else say nothing."""
    if not os.access(".dvc", os.W_OK):
        return
    done = []
    with _held(DVC_AT_WORK) as free:
        if free:  # else what DVC is writing only looks torn
            done += [*map(mend, LOCKS), _forget_dvc(), _forget_git()]
    found = (path for place in PLACES for path in Path().glob(f"{place}.*.tmp"))
    left = sorted(filter(_is_left, found))
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    if left:
        more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
        done.append(f"unfinished and removed: {', '.join(map(str, left[:NAMED]))}{more}")
    if told := "; ".join(filter(None, done)):
        print(f"after a run that was cut off: {told}", file=sys.stderr, flush=True)


@contextmanager
def _held(path: Path) -> Iterator[bool]:
    """Whether this process holds one of DVC's own locks for the block; else another does."""
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free = True
        except BlockingIOError:
            free = False
        yield free


def _forget_dvc() -> str:
    """Remove DVC's notes on what dead processes read and write.

    DVC sees for itself that a process is gone, but not that another has its number by now, nor that
    the file is torn.
    """
    if not NOTES.exists():
        return ""
    with _held(NOTING) as free:
        noted = NOTES.read_bytes()
        numbers = re.findall(rb'"pid": (\d+)', noted)
        whole = noted.count(b"{") == noted.count(b"}") > 0
        if not free or (whole and not numbers) or any(map(_is_dvc, numbers)):
            return ""
        NOTES.unlink()
    return "DVC's notes of what it was at are removed"


def _forget_git() -> str:
    """Remove the lock of a git that died in this folder."""
    if not GIT_AT_WORK.exists():
        return ""
    from stages.experiments.processes import at_work

    if at_work("git"):
        return ""
    GIT_AT_WORK.unlink(missing_ok=True)
    return f"{GIT_AT_WORK} is removed"


def _is_dvc(number: bytes) -> bool:
    import psutil  # where it is used, since mostly there is nothing to do, which must cost nothing

    try:
        return "dvc" in {Path(word).name for word in psutil.Process(int(number)).cmdline()[:4]}
    except psutil.Error:
        return False


def _is_left(path: Path) -> bool:
    """Whether it carries the name of what is not whole yet, and who was making it is dead."""
    if not (match := LEFTOVER.fullmatch(path.name)):
        return False
    import psutil

    try:
        process = psutil.Process(int(match[1]))
        if process.status() == psutil.STATUS_ZOMBIE:
            return True
        return process.create_time() > path.stat().st_mtime + 2  # the number is another's by now
    except psutil.NoSuchProcess:
        return True
    except FileNotFoundError:  # finished in the meantime
        return False
