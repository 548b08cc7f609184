"""A clone of the project, within .dvc/tmp, in which DVC's queue of experiments works.

While DVC queues an experiment it changes the workspace, and a kill then leaves it so. Here nobody
works but the queue: after a kill the clone is thrown away and made anew. It shares DVC's cache, and
what it finishes comes over as git's references, as `dvc exp pull` would bring it.
"""

import shutil
import subprocess
from pathlib import Path

import psutil

from stages.core.errors import UserError
from stages.core.files import new_folder
from stages.experiments.git import git

CLONE = Path(".dvc/tmp/queue")
IDENTITY = ("user.name", "user.email")


def make() -> None:
    """Clone the last commit; what lay there is thrown away, and what worked there is ended."""
    end_work()
    with new_folder(CLONE) as folder:
        git("clone", "--quiet", "--no-tags", ".", str(folder))
        for key in IDENTITY:
            if value := _configured(key):
                git("-C", str(folder), "config", key, value)
        cache = subprocess.run(["dvc", "cache", "dir"], capture_output=True, text=True, check=True)
        config = f"[cache]\n    dir = {cache.stdout.strip()}\n"
        (folder / ".dvc/config.local").write_text(config, encoding="utf-8")


def bring_over(names: set[str]) -> None:
    """Take those of the named experiments that have ended well into the project itself."""
    if CLONE.exists():
        listed = git("-C", str(CLONE), "for-each-ref", "--format=%(refname)", "refs/exps/*/*/*")
        found = [each for each in listed.split() if each.rpartition("/")[2] in names]
        if found:
            git("fetch", "--quiet", str(CLONE), *(f"+{each}:{each}" for each in found))


def working() -> list[psutil.Process]:
    """What runs in the clone, or in one of its experiments' folders."""
    inside = CLONE.resolve()
    found = []
    for process in psutil.process_iter():
        try:
            if inside in [(place := Path(process.cwd())), *place.parents]:
                found.append(process)
        except psutil.Error:
            continue
    return found


def end_work() -> None:
    """End all that runs there, at once."""
    while found := working():
        for process in found:
            process.kill()
        psutil.wait_procs(found, timeout=5)


def remove() -> None:
    """End all that runs there and throw the clone away."""
    end_work()
    shutil.rmtree(CLONE, ignore_errors=True)


def _configured(key: str) -> str:
    try:
        return git("config", "--get", key)
    except UserError:
        return ""
