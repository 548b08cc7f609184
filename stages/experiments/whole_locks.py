"""dvc.lock, which DVC 3 writes in place: a kill can leave it torn, so the last whole one is kept.

What has been run is in DVC's run cache too, so that an older lock loses nothing.
"""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stages.core.files import new_file

LOCKS = [Path("dvc.lock"), Path("stages/experiments/dvc.lock")]
KEPT = Path(".dvc/tmp/kept")  # the last whole copy of each, by its path
POLL = 0.05  # seconds between two looks at a lock that DVC may be writing


@contextmanager
def keeping() -> Iterator[None]:
    """While the block runs, keep a copy of each lock as often as DVC has written it whole."""
    ended = threading.Event()
    thread = threading.Thread(target=_watch, args=[ended], daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def mend(lock: Path) -> str:
    """Put back a whole lock for a torn one, and tell of it; of a whole one keep a copy.

    No DVC may be writing it.
    """
    kept = KEPT / lock
    content, before = _bytes(lock), _bytes(kept)
    if content == before and (content or not lock.exists()):
        return ""
    if not lock.exists():  # somebody wants to begin anew
        kept.unlink()
    elif not _is_torn(lock, content, before):
        _write(kept, content)
    elif b"\n<<<<<<< " not in content:  # else it is a merge, which people have to end
        return _put_back(lock, before)
    return ""


def stages_of(content: bytes) -> list[str]:
    """The stages in a lock's bytes; none where its end is missing, or it cannot be read.

    DVC ends a stage with the size of its last output, and the file with a new line.
    """
    import yaml  # here, since mostly there is nothing to read, which must cost nothing

    try:
        stages = yaml.load(content, yaml.CSafeLoader)["stages"]
        names = list(stages)
        whole = content.endswith(b"\n") and "size" in stages[names[-1]]["outs"][-1]
    except (yaml.YAMLError, LookupError, TypeError, ValueError):
        return []
    return names if whole else []


def _watch(ended: threading.Event) -> None:
    """A lock that has not changed between two looks is not being written any more."""
    seen, kept = {}, {}
    while True:
        last = ended.wait(POLL)
        for lock in LOCKS:
            state = lock.stat() if lock.exists() else None
            mark = state and (state.st_ino, state.st_mtime_ns, state.st_size)
            if mark and kept.get(lock) != mark and (last or seen.get(lock) == mark):
                _keep(lock)
                kept[lock] = mark
            seen[lock] = mark
        if last:
            return


def _keep(lock: Path) -> None:
    """Copy a lock that is whole; a run only adds stages, so one with fewer than before is cut."""
    content, before = _bytes(lock), _bytes(KEPT / lock)
    if content != before and len(stages_of(content)) >= max(1, len(stages_of(before))):
        _write(KEPT / lock, content)


def _is_torn(lock: Path, content: bytes, before: bytes) -> bool:
    """Whether its end is missing, be it by whole stages, unless it is the committed one."""
    names, known = stages_of(content), stages_of(before)
    if len(names) < len(known) and known[: len(names)] == names:
        return not names or content != _committed(lock)
    return not names


def _put_back(lock: Path, before: bytes) -> str:
    for when, copy in (("kept", before), ("committed", _committed(lock))):
        if stages_of(copy):
            _write(lock, copy)
            return f"{lock} was torn and is back as last {when}"
    lock.unlink()
    return f"{lock} was torn and is gone, as no older one is known"


def _committed(lock: Path) -> bytes:
    show = ["git", "show", f"HEAD:./{lock}"]
    return subprocess.run(show, capture_output=True, check=False).stdout


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _write(path: Path, content: bytes) -> None:
    with new_file(path) as temporary:
        temporary.write_bytes(content)
