import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stages.experiments.recovery import DVC_AT_WORK, GIT_AT_WORK, LOCKS, NOTES, WHOLE, recover
from tests.experiments import toy

STAGES = """
stages:
  first: {cmd: echo 1 > one, outs: [one]}
  second: {cmd: mkdir two && cp one two, deps: [one], outs: [two]}
  third: {cmd: mkdir three && cp two/one three, deps: [two], outs: [three]}
"""
LOCK = Path("dvc.lock")
BACK = "after a run that was cut off: {} was torn and is back as committed\n"


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A repository of git and DVC that has run, committed."""
    folder = tmp_path_factory.mktemp("plain")
    toy.begin(folder, STAGES)
    toy.run(folder, [*toy.DVC, "repro"])
    toy.commit(folder)
    return folder


@pytest.fixture
def repo(plain, tmp_path, monkeypatch):
    """A copy of it."""
    folder = shutil.copytree(plain, tmp_path / "repo", symlinks=True)
    monkeypatch.chdir(folder)
    return folder


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
    code = "import sys; from stages.experiments.recovery import recover; recover(); "
    code += "print({'dvc', 'yaml', 'psutil'} & set(sys.modules))"
    done = toy.run(repo, [sys.executable, "-c", code])
    assert (done.stdout, done.stderr) == ("set()\n", "")


def test_outside_of_a_project_nothing_is_done(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".a.1.tmp").touch()
    recover()
    assert [each.name for each in tmp_path.iterdir()] == [".a.1.tmp"]
    assert told(capfd) == ""


def test_all_that_a_killed_run_left_is_one_line_and_dvc_goes_on(repo, dead, capfd):
    plain = LOCK.read_bytes()
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
        "after a run that was cut off: dvc.lock was torn and is back as committed; DVC's notes of "
        "what it was at are removed; .git/index.lock is removed; unfinished and removed: "
        f".a.json.{dead}.tmp, .b.json.{dead}.tmp and 1 more"
    ]
    assert (repo / f"metrics.{dead}.tmp").exists()
    dvc_repro()
    assert LOCK.read_bytes() == plain


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("torn", [b"", b"schema: '2.0'\nsta", b"\x00\xff\x07: [", b"- a\n- b\n"])
def test_a_torn_lock_is_back_as_committed_or_gone(repo, capfd, lock, torn):
    plain = LOCK.read_bytes()
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_bytes(plain)
    toy.commit(repo)
    lock.write_bytes(torn)
    recover()
    assert lock.read_bytes() == plain
    assert told(capfd) == BACK.format(lock)
    recover()
    assert told(capfd) == ""
    lock.unlink()
    toy.commit(repo)
    lock.write_bytes(torn)
    recover()
    assert not lock.exists()
    assert f"{lock} was torn and is gone, as none is committed" in told(capfd)


def test_a_lock_that_lost_its_middle_is_back_as_committed(repo, capfd):
    plain = LOCK.read_bytes()
    LOCK.write_bytes(plain[:60] + bytes(40) + plain[100:])
    recover()
    assert LOCK.read_bytes() == plain
    assert told(capfd) == BACK.format(LOCK)


def test_where_a_cut_looks_like_an_end_dvc_makes_the_rest_good(repo, capfd):
    plain = LOCK.read_bytes()
    ends = [end for end in range(len(plain)) if WHOLE.search(plain[:end])]
    assert ends
    for end in ends:
        LOCK.write_bytes(plain[:end])
        recover()
        assert LOCK.read_bytes() == plain[:end]
        dvc_repro()
        assert LOCK.read_bytes() == plain
    assert told(capfd) == ""


def test_what_people_do_to_a_lock_stays(repo, capfd):
    plain = LOCK.read_bytes()
    shorter = plain[: plain.index(b"  third:")]
    merge = plain.replace(b"  second:", b"<<<<<<< HEAD\n  second:")[:-5]
    whole = b"<<<<<<< HEAD\n" + plain + b"=======\n" + plain
    without = plain + b"  check:\n    cmd: echo\n"  # of a stage without outputs
    edited = (plain + b"\n", plain.rstrip(), plain.replace(b"\n", b"\r\n"))
    for content in (
        shorter,
        plain.replace(b"  first:", b"  another:"),
        merge,
        whole,
        without,
        *edited,
    ):
        LOCK.write_bytes(content)
        recover()
        assert LOCK.read_bytes() == content
    LOCK.unlink()
    recover()
    assert not LOCK.exists()
    assert told(capfd) == ""


def test_the_number_of_a_dead_dvc_that_is_anothers_now_stops_nobody(repo):
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
    LOCK.write_bytes(b"schema: '2.0'\n")
    with DVC_AT_WORK.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        recover()
        assert LOCK.read_bytes() == b"schema: '2.0'\n"
        assert told(capfd) == ""
    LOCK.unlink()
    # A stage's time, in which DVC lets go of its lock.
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
