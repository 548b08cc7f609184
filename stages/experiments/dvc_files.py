"""DVC's own files: what a run that was killed may leave of them, and the order of dvc.lock.

DVC 3 writes dvc.lock and its lock of paths in place, so a kill can leave either torn. What it has
finished is in its run cache too, so a torn dvc.lock loses nothing once an older, whole one is back.
"""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import psutil
import yaml
from dvc.repo import Repo
from dvc.repo.reproduce import collect_stages, get_active_graph, plan_repro
from dvc.utils.serialize import modify_yaml

from stages.core.errors import UserError
from stages.core.files import new_file

LOCK = Path("dvc.lock")
KEPT = Path(".dvc/tmp/dvc.lock.kept")  # it is there while a run goes on, or was killed
PATHS_LOCK = Path(".dvc/tmp/rwlock")
LEFTOVER = re.compile(r"\..+\.(\d+)\.tmp")  # as stages/common/files.py names what is not whole yet
PATIENCE = 0.5  # seconds between two looks at other processes


def wait_for_others(module: str) -> None:
    """Wait until no DVC of this folder runs, and no older process of this Python module.

    A run that was killed alone may have left a family at work, which ends well by itself.
    """
    told, own = False, psutil.Process()
    while found := [
        each.pid
        for each in psutil.process_iter()
        if _runs_here(each, "dvc")
        or (
            _runs_here(each, module)
            and (each.create_time(), each.pid) < (own.create_time(), own.pid)
        )
    ]:
        if not told:
            print(f"waiting for another DVC at work here (process {found[0]})", flush=True)
        told = True
        time.sleep(PATIENCE)


def mend() -> None:
    """Clear away what a killed run has left; raises `UserError` for a dvc.lock beyond repair.

    No DVC may be running here. DVC sees for itself that a process has died, but not that another
    has its number by now, nor a file that is torn; git does not see either.
    """
    PATHS_LOCK.unlink(missing_ok=True)
    for folder in ("data", "metrics", "plots"):
        for path in Path(folder).rglob(".*.tmp"):
            match = LEFTOVER.fullmatch(path.name)
            if match and not psutil.pid_exists(int(match[1])):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    if KEPT.exists():
        _unlock_git()
        whole, found = list(_stages(KEPT) or {}), list(_stages(LOCK) or {})
        if len(found) < len(whole) and found == whole[: len(found)]:
            with new_file(LOCK) as temporary:
                shutil.copy(KEPT, temporary)
    elif LOCK.exists() and _stages(LOCK) is None:
        raise UserError(
            f"{LOCK}: got no list of stages, expected DVC's lock file; `git checkout {LOCK}` "
            "takes the committed one, and DVC's cache still holds what has been run since"
        )


def begin() -> None:
    """Give each stage its place in dvc.lock, that of `dvc repro`, whichever ends first; keep it."""
    with Repo() as repo:
        graph = get_active_graph(repo.index.graph)
        plan = plan_repro(graph, collect_stages(repo, ["dvc.yaml"]))
    missing = [stage for stage in plan if stage.addressing not in (_stages(LOCK) or {})]
    if missing:
        with new_file(LOCK) as temporary:
            if LOCK.exists():
                shutil.copy(LOCK, temporary)
            with modify_yaml(temporary) as content:
                content.setdefault("schema", "2.0")
                places = content.setdefault("stages", {})
                places.update({stage.addressing: {"cmd": stage.cmd} for stage in missing})
    with new_file(KEPT) as temporary:
        shutil.copy(LOCK, temporary)


def end() -> None:
    """Say that the run has ended by itself."""
    KEPT.unlink(missing_ok=True)


def changed(targets: list[str]) -> set[str]:
    """Those of the targets that DVC would run again."""
    status = ["dvc", "--wait-for-lock", "status", "--json", *targets]
    done = subprocess.run(status, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise UserError("dvc status failed; its line stands above")
    return set(json.loads(done.stdout))


def hashes(stage: str) -> dict[str, str]:
    """{path: md5} of what the stage has written, as dvc.lock tells."""
    written = (_stages(LOCK) or {}).get(stage, {}).get("outs", [])
    return {each["path"]: each["md5"] for each in written}


def _stages(lock: Path) -> dict[str, dict] | None:
    try:
        content = yaml.load(lock.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except (OSError, ValueError, yaml.YAMLError):
        return None
    stages = content.get("stages") if isinstance(content, dict) else None
    return stages if isinstance(stages, dict) else None


def _unlock_git() -> None:
    where = ["git", "rev-parse", "--git-path", "index.lock"]
    done = subprocess.run(where, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        lock = Path(done.stdout.strip())
        if lock.exists() and lock.stat().st_mtime >= KEPT.stat().st_mtime:
            lock.unlink()


def _runs_here(process: psutil.Process, program: str) -> bool:
    try:
        words = {Path(word).name for word in process.cmdline()[:3]}
        return program in words and Path(process.cwd()) == Path.cwd()
    except psutil.Error:
        return False
