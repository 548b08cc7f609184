"""The command `tidy`: what belongs to no family, sweep or search any more is removed.

DVC keeps the lines of a deleted stage in its lock, and never removes what that stage has written.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dvc.exceptions import DvcException
from dvc.repo import Repo
from dvc.utils.serialize import load_yaml, modify_yaml

from stages.core.errors import UserError
from stages.core.files import new_file
from stages.core.params import read_families
from stages.core.paths import EVALUATIONS, FITS, METRICS, MODELS
from stages.experiments.recovery import LOCKS
from stages.experiments.schema import read_search, read_sweeps
from stages.experiments.search import PICTURES, TABLES

PLACES = ("data/", "metrics/", "plots/")  # in which stages write
# Folders that hold nothing but what stages, or searches, have written for one family or sweep each.
FOLDERS = [MODELS, FITS, EVALUATIONS, TABLES, PICTURES, METRICS / "sweeps", Path("plots/sweeps")]


def tidy(dry: bool) -> None:
    """Say what is removed, and unless `dry` remove it; raises `UserError`."""
    read_sweeps()  # whose mistakes are better told than DVC's of them
    searches = search_files()
    with at_rest() as repo:
        stages = {stage.addressing: stage for stage in repo.index.stages}
        dead = {lock: dead_lines(lock, set(stages)) for lock in LOCKS if lock.exists()}
        outs = {Path(out.fs_path) for stage in stages.values() for out in stage.outs}
        paths = left_files(outs | searches, dead)
        told = [*map(str, paths), *(f"{name} in {lock}" for lock in dead for name in dead[lock])]
        verb = "would remove" if dry else "removes"
        print("\n".join(f"{verb} {each}" for each in told) or "tidy: nothing is left over")
        if dry:
            return
        for path in paths:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for lock, lines in dead.items():
            forget(lock, lines)


@contextmanager
def at_rest() -> Iterator[Repo]:
    """DVC's project, whose lock is held; raises `UserError` where another DVC has it."""
    try:
        with Repo() as repo, repo.lock:
            yield repo
    except DvcException as error:
        raise UserError(f"tidy: {' '.join(str(error).split())}") from None


def dead_lines(lock: Path, stages: set[str]) -> dict[str, Any]:
    """The entries of a lock, by name, of which there is no stage."""
    prefix = "" if lock.parent == Path() else f"{lock.with_suffix('.yaml')}:"
    lines = load_yaml(str(lock)).get("stages") or {}
    return {name: entry for name, entry in lines.items() if f"{prefix}{name}" not in stages}


def search_files() -> set[Path]:
    """What a search may have written, of each family that can be searched."""
    names = read_search().spaces.keys() & read_families().keys()
    tables = {(TABLES / f"{name}.csv").absolute() for name in names}
    return tables | {(PICTURES / f"{name}.svg").absolute() for name in names}


def left_files(kept: set[Path], dead: dict[Path, dict[str, Any]]) -> list[Path]:
    """What dead stages have written, and what else lies where only living ones and searches write;
    nothing that is part of what is kept, or holds some. All stages here work in the root."""
    entries = [entry for lines in dead.values() for entry in lines.values()]
    written = (Path(out["path"]) for entry in entries for out in entry.get("outs", []))
    found = {path for path in written if str(path).startswith(PLACES) and ".." not in path.parts}
    found |= {path for folder in FOLDERS for path in folder.glob("[!.]*")}
    found |= {path for path in METRICS.glob("[!.]*.json") if is_of_family(path)}
    return sorted(
        path for path in found if os.path.lexists(path) and not touches(path.absolute(), kept)
    )


def touches(path: Path, kept: set[Path]) -> bool:
    """Whether a path is one of these, or lies in one, or holds one."""
    return any(path.is_relative_to(each) or each.is_relative_to(path) for each in kept)


def is_of_family(path: Path) -> bool:
    """Whether a file holds a family's metrics, and is not somebody's own."""
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        return False
    return isinstance(content, dict) and {"test", "validation"} <= content.keys()


def forget(lock: Path, lines: dict[str, Any]) -> None:
    """Take these entries out of a lock, which stays as DVC writes it, and whole at every moment."""
    if not lines:
        return
    with new_file(lock) as temporary:
        shutil.copyfile(lock, temporary)
        with modify_yaml(str(temporary)) as content:
            for name in lines:
                del content["stages"][name]
