"""Which processes are alive, and which of them work in this folder."""

import signal
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
    while True:
        same = [each for command in commands for each in at_work("stages", command)]
        older = [each for each in same if (each.create_time(), each.pid) < age]
        if not (found := at_work("dvc") + older):
            return
        if not told:
            name = " ".join(Path(word).name for word in found[0].info["cmdline"][-2:])
            print(f"waiting for another at work here (process {found[0].pid}: {name})", flush=True)
        told = True
        time.sleep(PATIENCE)


def take_for_interrupts() -> None:
    """From now on a SIGTERM or SIGHUP to this process ends it as Ctrl-C does, after tidying up."""

    def interrupt(number: int, _: object) -> None:
        raise KeyboardInterrupt(number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, interrupt)


def at_work(*words: str) -> list[psutil.Process]:
    """The processes of this folder with all these words at the front of their command."""
    here, asked = str(Path.cwd()), set(words)
    processes = psutil.process_iter(["cmdline", "cwd"])
    inside = (each for each in processes if each.info["cwd"] == here)
    return [each for each in inside if asked <= _words(each.info["cmdline"] or [])]


def inside(folder: Path) -> list[psutil.Process]:
    """The processes at work in this folder, or in one within it."""
    processes, outer = psutil.process_iter(["cmdline", "cwd"]), folder.resolve()
    return [each for each in processes if Path(each.info["cwd"] or "/").is_relative_to(outer)]


def is_dvc(number: int) -> bool:
    """Whether the process of this number is a DVC, and alive."""
    try:
        return "dvc" in _words(psutil.Process(number).cmdline())
    except psutil.Error:
        return False


def is_dead(number: int, wrote: Path) -> bool:
    """Whether the process of this number that `wrote` a file is gone, be its number another's."""
    try:
        process = psutil.Process(number)
        dead = process.status() == psutil.STATUS_ZOMBIE
        return dead or process.create_time() > wrote.stat().st_mtime + 2
    except psutil.NoSuchProcess:
        return True
    except FileNotFoundError:  # finished in the meantime
        return False


def _words(command: list[str]) -> set[str]:
    """The names at its front; another program's arguments, such as an editor's, are none."""
    names = [Path(word).name for word in command[:4]]
    return set(names if names and names[0].startswith("python") else names[:1])
