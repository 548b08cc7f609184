"""Clones of the last commit within .dvc/tmp, in which experiments are run.

While DVC begins an experiment it changes the workspace, and a kill then leaves it so. In the clones
nobody else works: after a kill they are thrown away and made anew. They share DVC's cache, and what
they finish comes over as git's references, as `dvc exp pull` would bring it.
"""

import shutil
from pathlib import Path

import psutil

from stages.core.files import new_folder, write_text
from stages.experiments.commands import dvc, git
from stages.experiments.processes import inside

CLONES = Path(".dvc/tmp/clones")


def new_clone(number: int) -> Path:
    """The folder of a new clone; there is none of this number."""
    with new_folder(CLONES / str(number)) as folder:
        git("clone", "--quiet", "--no-tags", ".", str(folder))
        for line in git("config", "--list").splitlines():
            key, _, value = line.partition("=")
            if key in ("user.name", "user.email"):
                git("config", key, value, cwd=folder)
        config = f"[cache]\n    dir = {dvc('cache', 'dir').strip()}\n"
        write_text(folder / ".dvc/config.local", config)
    return CLONES / str(number)


def bring_over() -> None:
    """Take the experiments that have ended well in the clones into the project itself."""
    for clone in CLONES.glob("[0-9]*"):
        listed = git("for-each-ref", "--format=%(refname)", "refs/exps/*/*/*", cwd=clone).split()
        if listed:
            git("fetch", "--quiet", str(clone), *(f"+{each}:{each}" for each in listed))


def clear() -> None:
    """End all that runs in the clones, keep what it has finished, and throw the clones away."""
    while found := inside(CLONES):
        for process in found:
            process.kill()
        psutil.wait_procs(found, timeout=5)
    bring_over()
    shutil.rmtree(CLONES, ignore_errors=True)
