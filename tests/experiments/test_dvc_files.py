import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import yaml

from stages.core.errors import UserError
from stages.experiments import dvc_files
from stages.experiments.dvc_files import KEPT, LOCK, PATHS_LOCK, begin, end, hashes, mend

STAGES = """
stages:
  first:
    cmd: echo 1 > one
    outs: [one]
  each:
    foreach: [b, a]
    do:
      cmd: echo ${item} > of_${item}
      deps: [one]
      outs: ["of_${item}"]
  last:
    cmd: cat of_a of_b > all
    deps: [of_a, of_b]
    outs: [all]
"""
DVC = [str(Path(sys.executable).with_name("dvc"))]


def dvc(*arguments):
    done = subprocess.run([*DVC, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def repo(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    dvc("init", "-q")
    shutil.copy(Path(__file__).parents[3] / ".dvc/config", ".dvc/config")
    Path("dvc.yaml").write_text(STAGES)
    return tmp_path


def test_a_lock_begun_and_filled_in_another_order_is_that_of_plain_repro(repo):
    dvc("repro")
    plain = LOCK.read_bytes()
    LOCK.unlink()
    begin()
    dvc("repro", "-s", "first")
    dvc("repro", "-s", "each@a")
    dvc("repro", "-s", "each@b", "last")
    assert LOCK.read_bytes() == plain


def test_beginning_leaves_a_full_lock_as_it_is_and_ending_says_so(repo):
    dvc("repro")
    plain = LOCK.read_bytes()
    begin()
    assert LOCK.read_bytes() == plain
    assert KEPT.read_bytes() == plain
    end()
    assert not KEPT.exists()


@pytest.mark.parametrize("share", [0, 0.01, 0.05, 0.3, 0.6, 0.8])
def test_a_torn_lock_comes_back_and_nothing_runs_again(repo, share):
    dvc("repro")
    plain = LOCK.read_bytes()
    begin()
    LOCK.write_bytes(plain[: int(share * len(plain))])
    mend()
    assert "Running stage" not in dvc("repro")
    assert LOCK.read_bytes() == plain


def test_a_lock_that_another_took_back_is_not_touched(repo):
    begin()
    other = {"schema": "2.0", "stages": {"other": {"cmd": "true"}}}
    LOCK.write_text(yaml.safe_dump(other))
    mend()
    assert yaml.safe_load(LOCK.read_text()) == other


def test_a_torn_lock_of_plain_repro_is_one_line(repo):
    LOCK.write_text("schema: '2.0'\nstages:\n  first:\n    cmd: echo 1 > o")
    assert yaml.safe_load(LOCK.read_text())
    mend()
    LOCK.write_text("schema: '2.0'\nsta")
    with pytest.raises(UserError, match=r"dvc.lock: got no list of stages.*git checkout dvc.lock"):
        mend()


def test_what_a_killed_process_left_is_cleared_away_and_what_lives_stays(repo):
    gone = subprocess.Popen(["true"])
    gone.wait()
    begin()
    PATHS_LOCK.write_text('{"write": {"/some/pa')
    (repo / ".git/index.lock").touch()
    folder = repo / "data/predictions"
    dead, alive = (folder / f".knn.{pid}.tmp" for pid in (gone.pid, os.getpid()))
    for each in (dead, alive):
        each.mkdir(parents=True)
    (folder / f".a.json.{gone.pid}.tmp").touch()
    (folder / ".gitignore").touch()
    mend()
    assert sorted(folder.iterdir()) == sorted([alive, folder / ".gitignore"])
    assert not (repo / ".git/index.lock").exists()
    dvc("repro")


def test_hashes_are_those_that_dvc_wrote(repo):
    dvc("repro")
    assert hashes("first") == {"one": "b026324c6904b2a9cb4b88d6d61c81d1"}  # md5 of "1\n"
    assert hashes("none") == {}


def test_another_dvc_of_this_folder_is_waited_for_and_one_elsewhere_is_not(repo, capsys):
    script = repo / "dvc"
    script.write_text("import time\ntime.sleep(1.5)\n")
    here = subprocess.Popen([sys.executable, str(script), "repro"])
    there = subprocess.Popen([sys.executable, str(script), "repro"], cwd="/")
    dvc_files.wait_for_others("stages.nothing")
    assert not psutil.pid_exists(here.pid) or here.poll() is not None
    assert f"process {here.pid}" in capsys.readouterr().out
    there.wait()
