"""Who else is at work in this folder."""

import time
from pathlib import Path

import psutil

PATIENCE = 0.5  # seconds between two looks at other processes


def wait_for_others(*commands: str) -> None:
    """Wait until no DVC works in this folder, nor an older `python -m stages` with these commands.

    A run that was killed alone may have left DVC at work, which ends well by itself.
    """
    told, own = False, psutil.Process()
    age = (own.create_time(), own.pid)
    while found := [
        *at_work("dvc"),
        *(
            each
            for command in commands
            for each in at_work("stages", command)
            if (each.create_time(), each.pid) < age
        ),
    ]:
        if not told:
            print(f"waiting for another DVC at work here (process {found[0].pid})", flush=True)
        told = True
        time.sleep(PATIENCE)


def at_work(*words: str) -> list[psutil.Process]:
    """The processes of this folder with all these words at the front of their command."""
    found = []
    for process in psutil.process_iter():
        try:
            front = {Path(word).name for word in process.cmdline()[:4]}
            if front.issuperset(words) and Path(process.cwd()) == Path.cwd():
                found.append(process)
        except psutil.Error:
            continue
    return found
