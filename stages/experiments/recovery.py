"""What a run that was killed leaves behind, put right before any command of ours works."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from stages.core.files import new_file

LOCKS = [Path("dvc.lock"), Path("stages/experiments/dvc.lock")]
# As DVC mostly ends one: with an output's size, of a folder with the number of its files.
WHOLE = re.compile(
    rb"md5: (\w{32}\n +size: \d+|\w{32}\.dir\n +size: \d+\n +nfiles: \d+)(\n +isexec: true)?\n\Z"
)
MERGE = re.compile(rb"^<{7} ", re.MULTILINE)
DVC_AT_WORK = Path(".dvc/tmp/lock")  # which DVC holds but for the time in which a stage runs
NOTES = Path(".dvc/tmp/rwlock")  # DVC's own, of who reads and writes what
GIT_AT_WORK = Path(".git/index.lock")
LEFTOVER = re.compile(r"\..+\.(\d+)\.tmp")  # as stages/core/files.py names what is not whole yet
PLACES = ["", "data/", "data/*/", "metrics/", "metrics/*/", "plots/", "plots/*/"]
PLACES += [".dvc/tmp/", "stages/experiments/"]
NAMED = 2  # leftovers that the line names


def recover() -> None:
    """Put right what a killed run has left, and say so in one line; else say nothing."""
    if not os.access(".dvc", os.W_OK):
        return
    done = []
    DVC_AT_WORK.parent.mkdir(exist_ok=True)
    # Where DVC has it, what it is writing only looks torn.
    with DVC_AT_WORK.open("a") as file, suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        done += [*map(_mend, LOCKS), _forget_dvc(), _forget_git()]
    done.append(_remove_leftovers())
    if told := "; ".join(filter(None, done)):
        print(f"after a run that was cut off: {told}", file=sys.stderr, flush=True)


def _mend(lock: Path) -> str:
    """Put back the committed lock for one that a bare `dvc` has torn.

    What has been run since is in DVC's run cache. A lock with the marks of a merge stays.
    """
    content = lock.read_bytes() if lock.exists() else None
    if content is None or MERGE.search(content) or _is_readable(content):
        return ""
    show = ["git", "show", f"HEAD:./{lock}"]
    committed = subprocess.run(show, capture_output=True, check=False).stdout
    if not _is_readable(committed):
        lock.unlink()
        return f"{lock} was torn and is gone, as none is committed"
    with new_file(lock) as temporary:
        temporary.write_bytes(committed)
    return f"{lock} was torn and is back as committed"


def _is_readable(content: bytes) -> bool:
    """Whether DVC reads it as a lock, be it by stages shorter than before, which it makes good."""
    if WHOLE.search(content) and b"\0" not in content:  # which a loss of power leaves
        return True
    from dvc.schema import COMPILED_LOCKFILE_SCHEMA  # here: seldom used, and it takes a second
    from dvc.utils.serialize import ParseError, parse_yaml
    from voluptuous import Invalid

    try:
        COMPILED_LOCKFILE_SCHEMA(parse_yaml(content.decode(), "dvc.lock"))
    except (Invalid, UnicodeDecodeError, ParseError):
        return False
    return True


def _forget_dvc() -> str:
    """Remove DVC's notes on what dead processes read and write.

    DVC sees for itself that a process is gone, but not that another has its number by now, nor that
    the file is torn.
    """
    noted = NOTES.read_bytes() if NOTES.exists() else b"{}"
    numbers = re.findall(rb'"pid": (\d+)', noted)
    if not numbers and noted.count(b"{") == noted.count(b"}") > 0:
        return ""
    from stages.experiments.processes import is_dvc

    if any(is_dvc(int(number)) for number in numbers):
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


def _remove_leftovers() -> str:
    """Remove what carries the name of what is not whole yet, and whose maker is dead."""
    found = (path for place in PLACES for path in Path().glob(f"{place}.*.tmp"))
    left = sorted(filter(_is_left, found))
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
    return f"unfinished and removed: {', '.join(map(str, left[:NAMED]))}{more}" if left else ""


def _is_left(path: Path) -> bool:
    if not (match := LEFTOVER.fullmatch(path.name)):
        return False
    from stages.experiments.processes import is_dead

    return is_dead(int(match[1]), path)
