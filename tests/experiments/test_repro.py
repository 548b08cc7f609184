import os
import shutil
import signal
import time

import psutil
import pytest

from tests.experiments import toy

KILLS = 10
# Each stage with deps enough that DVC is at work on dvc.lock for a while.
MANY = """
stages:
  each:
    foreach: [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
    do:
      cmd: echo ${item} > of_${item}
      deps: [DEPS]
      outs: ["of_${item}"]
"""
BESIDE = ".dvc.lock.*.tmp"
TORN = "after a run that was cut off: dvc.lock was torn and is back as committed"


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many") / "toy"
    (folder / "deps").mkdir(parents=True)
    names = [f"deps/{number}" for number in range(32)]
    for name in names:
        (folder / name).write_text(name)
    toy.begin(folder, MANY.replace("DEPS", ", ".join(names)))
    return folder


def size(path):
    return path.stat().st_size if path.exists() else 0


def kill_within_a_write(command, lock, skipped, share):
    """Start the command, and kill its whole group while DVC writes the lock, after some writes and
    a share of this one; returns what it told, and whether DVC can read the lock no more."""
    process, in_place = toy.start(lock.parent, command), command != toy.REPRO
    whole, writing = size(lock), False
    # Left by the run before, or what mends the lock before DVC begins.
    others = {*lock.parent.glob(BESIDE), lock.with_name(f".dvc.lock.{process.pid}.tmp")}
    while process.poll() is None:
        time.sleep(0.001)
        beside = {*lock.parent.glob(BESIDE)} - others
        now = size(lock if in_place else next(iter(beside), lock))
        if now >= whole if in_place else not beside:
            whole, writing = now, False
            continue
        skipped -= not writing
        writing = True
        if skipped < 0 and now >= share * whole:
            os.killpg(process.pid, signal.SIGKILL)
            told = process.communicate()[1]
            return told, toy.run(lock.parent, [*toy.DVC, "status"]).returncode != 0
    pytest.fail(f"ended by itself: {process.communicate()}")


def test_ten_kills_while_dvc_writes_its_lock_each_recover_with_one_command(many, tmp_path):
    folder = shutil.copytree(many, tmp_path / "toy")
    toy.run(many, [*toy.DVC, "repro"])
    lock, tears = folder / "dvc.lock", 0
    toy.run(folder, [*toy.REPRO, "each@a"])
    toy.commit(folder)
    for kill in range(KILLS // 2):
        aim = {"skipped": kill % 3, "share": kill / KILLS}
        _, torn = kill_within_a_write([*toy.DVC, "repro"], lock, **aim)
        tears += torn
        told, torn_by_ours = kill_within_a_write(toy.REPRO, lock, **aim)
        assert (told.count(TORN), torn_by_ours) == (torn, False), told
    assert tears, "the kills were aimed badly"
    done = toy.run(folder, toy.REPRO)
    assert (done.returncode, done.stderr.count(TORN)) == (0, 0)
    assert "unfinished and removed: .dvc.lock." in done.stderr
    assert lock.read_bytes() == (many / "dvc.lock").read_bytes()
    assert {each.name for each in folder.iterdir()} == {each.name for each in many.iterdir()}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_ends_all_that_works_and_is_one_line(tmp_path, sent):
    if signal.getsignal(sent) is signal.SIG_IGN:
        pytest.skip("whoever started the tests ignores this signal, as nohup does")
    toy.begin(tmp_path, "stages:\n  long:\n    cmd: echo > begun; sleep 600\n    outs: [none]\n")
    process = toy.start(tmp_path, toy.REPRO)
    while not (tmp_path / "begun").exists():
        time.sleep(0.01)
    working = psutil.Process(process.pid).children(recursive=True)
    # A terminal sends to all of a group, `kill` and a closed connection to one.
    (os.killpg if sent is signal.SIGINT else os.kill)(process.pid, sent)
    told = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert told.splitlines()[-1] == "interrupted"
    assert "Traceback" not in told
    assert not psutil.wait_procs(working, timeout=1)[1]


def test_what_fails_is_told_by_dvc(tmp_path):
    toy.begin(tmp_path, "stages:\n  bad:\n    cmd: exit 3\n    outs: [none]\n")
    bare, own = (toy.run(tmp_path, command) for command in ([*toy.DVC, "repro"], toy.REPRO))
    assert own.returncode == 1
    assert own.stderr.endswith(bare.stderr)
    assert toy.run(tmp_path, [*toy.REPRO, "--nosuch"]).returncode == 2
