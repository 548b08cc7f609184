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
TORN = "after a run that was cut off: dvc.lock was torn and is back as last "


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many") / "toy"
    (folder / "deps").mkdir(parents=True)
    names = [f"deps/{number}" for number in range(32)]
    for name in names:
        (folder / name).write_text(name)
    toy.begin(folder, MANY.replace("DEPS", ", ".join(names)))
    return folder


def size(lock):
    return lock.stat().st_size if lock.exists() else 0


def kill_within_a_write(process, lock, skipped, share):
    """Kill the whole group while DVC writes the lock, after some writes and a share of this one.

    Returns what it told, and whether the lock is torn.
    """
    whole = now = size(lock)
    while process.poll() is None:
        time.sleep(0.001)
        now = size(lock)
        if now >= whole:
            whole = now
        elif skipped:
            skipped, whole = skipped - 1, now
        elif now >= share * whole:
            os.killpg(process.pid, signal.SIGKILL)
            return process.communicate()[1], size(lock) < whole
    pytest.fail(f"ended by itself: {process.communicate()}")


def test_ten_kills_while_dvc_writes_its_lock_each_recover_with_one_command(many, tmp_path):
    folder = shutil.copytree(many, tmp_path / "toy")
    toy.run(many, [*toy.DVC, "repro"])
    lock, torn, tears = folder / "dvc.lock", False, 0
    toy.run(folder, [*toy.REPRO, "each@a"])
    for kill in range(KILLS):
        bare = kill % 3 == 2  # DVC alone mends nothing
        mended = toy.run(folder, [*toy.REPRO, "each@a"]).stderr if bare else ""
        process = toy.start(folder, [*toy.DVC, "repro"] if bare else toy.REPRO)
        # What was lost is written first, from the run cache.
        told, now = kill_within_a_write(process, lock, int(torn), share=kill / KILLS / 2)
        assert (mended + told).count(TORN) == torn, told
        torn, tears = now, tears + now
    done = toy.run(folder, toy.REPRO)
    assert (done.returncode, done.stderr.count(TORN)) == (0, torn)
    assert tears > KILLS / 2, "the kills were aimed badly"
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


def test_what_fails_has_dvcs_exit_code(tmp_path):
    toy.begin(tmp_path, "stages:\n  bad:\n    cmd: exit 3\n    outs: [none]\n")
    bare, own = (toy.run(tmp_path, command) for command in ([*toy.DVC, "repro"], toy.REPRO))
    assert own.returncode == bare.returncode != 0
    assert own.stderr.endswith(bare.stderr)
