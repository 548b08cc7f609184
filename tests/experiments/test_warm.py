"""Stages as forks of a warm process answer as they do alone."""

import os
import select
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from stages.experiments.processes import inside
from stages.experiments.warm import VARIABLE, warm

ROOT = Path(__file__).parent.parent.parent
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != VARIABLE}
ENVIRONMENT |= {"PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def warmed():
    with warm():
        yield ENVIRONMENT | {VARIABLE: os.environ[VARIABLE]}


def told(environment, folder, *words):
    """Exit code and both streams of a stage that is started there."""
    command = [sys.executable, "-m", *words]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def start(environment, folder):
    """The stage `split`, started there."""
    command, how = [sys.executable, "-m", "stages.split"], {"stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=folder, env=environment, **how)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, ["stages.split", "--help"]),
        (1, ["stages.split"]),
        (1, ["stages.train", "dummy"]),
        (2, ["stages.train"]),
        (2, ["stages.train", "a", "b"]),
    ],
)
def test_exit_code_and_words_are_those_of_the_stage_alone(warmed, tmp_path, code, words):
    (tmp_path / "params.yaml").write_text(
        "split: {seed: -1}\nfamilies: {dummy: {framework: scikit_learn}}\n"
    )
    found = told(warmed, tmp_path, *words)
    assert found == told(ENVIRONMENT, tmp_path, *words)
    assert found[0] == code


def test_where_the_process_is_gone_the_stage_runs_by_itself(tmp_path):
    code, _, error = told(ENVIRONMENT | {VARIABLE: "/none"}, tmp_path, "stages.split")
    assert (code, error.count("\n")) == (1, 1)
    assert error.startswith("error: params.yaml: no such file here")


def test_where_the_process_ends_before_it_looks_the_stage_runs_by_itself(tmp_path):
    name = f"digits-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(f"\0{name}")
        listening.listen()
        asking = start(ENVIRONMENT | {VARIABLE: name}, tmp_path)
        select.select([listening], [], [])  # it has asked
        time.sleep(0.2)
    assert asking.communicate()[1].startswith("error: params.yaml: no such file here")


def test_what_cannot_be_imported_the_stage_tells(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    broken = tmp_path / "stages/frameworks/scikit_learn.py"
    broken.parent.mkdir(parents=True)
    broken.write_text("def x(:")
    Path("params.yaml").write_text("families: {dummy: {framework: scikit_learn}}\n")
    with warm():
        environment = ENVIRONMENT | {VARIABLE: os.environ[VARIABLE]}
        found = told(environment, tmp_path, "stages.train", "dummy")
    assert found == told(ENVIRONMENT, tmp_path, "stages.train", "dummy")
    assert found[2].startswith("error: data/split")


def test_the_code_is_that_of_the_folder(warmed, tmp_path):
    for file in ("__init__.py", "experiments/warm.py"):
        (tmp_path / "stages" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "stages" / file, tmp_path / "stages" / file)
    (tmp_path / "stages/here.py").write_text("import sys; print(__file__, 'pandas' in sys.modules)")
    assert told(warmed, tmp_path, "stages.here")[1] == f"{tmp_path}/stages/here.py True\n"


def test_it_ends_with_the_block_and_stands_in_no_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", f"/tmp/{'x' * 120}")  # where a socket's path would be too long
    before = set(psutil.Process().children())
    with warm():
        (server,) = set(psutil.Process().children()) - before
    assert not server.is_running()


@pytest.mark.parametrize("killed", ["who asked", "the fork"])
def test_a_fork_ends_with_who_asked_for_it_and_its_end_is_told(warmed, tmp_path, killed):
    os.mkfifo(tmp_path / "params.yaml")  # it waits for a writer to this pipe, for ever
    asking = start(warmed, tmp_path)
    while not (forks := [each for each in inside(tmp_path) if each.pid != asking.pid]):
        time.sleep(0.05)
    if killed == "the fork":
        forks[0].kill()
        assert asking.communicate()[1].endswith("this stage was killed; out of memory?\n")
        assert asking.returncode == 1
    else:
        asking.kill()
        asking.wait()
    psutil.wait_procs(forks, timeout=10)
    assert not inside(tmp_path)
