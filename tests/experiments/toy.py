"""A small DAG with real DVC, in which a stage takes no time."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DVC = [sys.executable, "-m", "dvc"]
REPRO = [sys.executable, "-m", "stages", "repro"]


def begin(folder: Path, stages: str) -> None:
    """A repository of git and DVC with these stages, committed."""
    run = {"cwd": folder, "check": True}
    subprocess.run(["git", "init", "-q"], **run)
    subprocess.run(["git", "config", "user.name", "Test"], **run)
    subprocess.run(["git", "config", "user.email", "test@localhost"], **run)
    subprocess.run([*DVC, "init", "-q"], **run)
    shutil.copy(ROOT / ".dvc/config", folder / ".dvc/config")
    (folder / "params.yaml").write_text("download: {dataset: digits}\n")
    (folder / "dvc.yaml").write_text(stages)
    commit(folder)


def commit(folder: Path) -> None:
    """Commit all that lies there."""
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    subprocess.run(["git", "commit", "-qm", "toy", "--allow-empty"], cwd=folder, check=True)


def start(folder: Path, command: list[str]) -> subprocess.Popen:
    """Start a command there, with this project's code, in a process group of its own."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder: Path, command: list[str]) -> subprocess.CompletedProcess:
    """Run a command there to its end."""
    process = start(folder, command)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(command, process.returncode, out, err)
