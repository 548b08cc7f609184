import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stages.experiments.recovery import DVC_AT_WORK, GIT_AT_WORK, NOTES, recover
from tests.experiments import toy

STAGES = "stages:\n  first: {cmd: echo 1 > one, outs: [one]}\n"
LOCK = Path("dvc.lock")


@pytest.fixture
def repo(tmp_path, monkeypatch):
    toy.begin(tmp_path, STAGES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def dead():
    """The number of a process that is gone."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def dvc_repro():
    subprocess.run([*toy.DVC, "repro", "-q"], check=True)


def told(capfd):
    out, err = capfd.readouterr()
    assert out == ""
    return err


def test_where_nothing_was_cut_off_nothing_is_said_nor_imported(repo, capfd):
    dvc_repro()
    recover()
    code = "import sys; from stages.experiments.recovery import recover; recover(); "
    code += "print({'dvc', 'yaml', 'psutil'} & set(sys.modules))"
    done = toy.run(repo, [sys.executable, "-c", code])
    assert (done.stdout, done.stderr) == ("set()\n", "")
    assert told(capfd) == ""


def test_outside_of_a_project_nothing_is_done(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".a.1.tmp").touch()
    recover()
    assert [each.name for each in tmp_path.iterdir()] == [".a.1.tmp"]
    assert told(capfd) == ""


def test_all_that_a_killed_run_left_is_one_line_and_dvc_goes_on(repo, dead, capfd):
    dvc_repro()
    plain = LOCK.read_bytes()
    recover()
    LOCK.write_bytes(plain[:20])
    NOTES.write_text('{"write": {"/some/pa')
    GIT_AT_WORK.touch()
    folder = repo / "data/models"
    gone, alive = (folder / f".knn.{number}.tmp" for number in (dead, os.getpid()))
    for each in (gone, alive):
        each.mkdir(parents=True)
    (repo / f"metrics.{dead}.tmp").touch()
    for name in ("a", "b"):
        (repo / f".{name}.json.{dead}.tmp").touch()
    (folder / ".gitignore").touch()
    recover()
    assert sorted(folder.iterdir()) == sorted([alive, folder / ".gitignore"])
    assert told(capfd).splitlines() == [
        "after a run that was cut off: dvc.lock was torn and is back as last kept; DVC's notes of "
        "what it was at are removed; .git/index.lock is removed; unfinished and removed: "
        f".a.json.{dead}.tmp, .b.json.{dead}.tmp and 1 more"
    ]
    assert (repo / f"metrics.{dead}.tmp").exists()
    dvc_repro()
    assert LOCK.read_bytes() == plain


def test_the_lock_of_sweeps_is_mended_as_well(repo, capfd):
    folder = repo / "stages/experiments"
    folder.mkdir(parents=True)
    (folder / "dvc.yaml").write_text(STAGES)
    subprocess.run([*toy.DVC, "repro", "-q", str(folder / "dvc.yaml")], check=True)
    plain = (folder / "dvc.lock").read_bytes()
    toy.commit(repo)
    (folder / "dvc.lock").write_bytes(b"")
    recover()
    assert (folder / "dvc.lock").read_bytes() == plain
    assert told(capfd).endswith(
        "stages/experiments/dvc.lock was torn and is back as last committed\n"
    )


def test_the_number_of_a_dead_dvc_that_is_anothers_now_stops_nobody(repo, capfd):
    dvc_repro()
    ours = {"pid": os.getpid(), "cmd": "dvc repro"}
    NOTES.write_text(json.dumps({"write": {str(repo / "one"): ours}, "read": {}}))
    (repo / "one").unlink()
    recover()
    assert not NOTES.exists()
    dvc_repro()


def test_the_leftover_of_a_process_before_this_one_of_its_number_goes(repo):
    path = Path(f".a.{os.getpid()}.tmp")
    path.touch()
    os.utime(path, (0, 0))
    recover()
    assert not path.exists()


def test_while_dvc_works_its_files_are_let_alone(repo, capfd):
    dvc_repro()
    recover()
    LOCK.write_bytes(b"schema: '2.0'\n")
    with DVC_AT_WORK.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        recover()
        assert LOCK.read_bytes() == b"schema: '2.0'\n"
        assert told(capfd) == ""
    # A stage's time, in which DVC lets go of its lock.
    shutil.copy(LOCK, "torn")
    subprocess.run(["git", "checkout", "-q", "."], check=True)
    LOCK.unlink()
    Path("dvc.yaml").write_text("stages:\n  long: {cmd: touch begun; sleep 60, outs: [none]}\n")
    process = toy.start(repo, [*toy.DVC, "repro"])
    while not Path("begun").exists():
        assert process.poll() is None
    before = NOTES.read_bytes()
    recover()
    assert NOTES.read_bytes() == before
    assert told(capfd) == ""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
