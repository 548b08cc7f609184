import subprocess
import time
from pathlib import Path

import pytest
import yaml

from stages.experiments.whole_locks import KEPT, keeping, mend, stages_of
from tests.experiments import toy

LOCK = Path("dvc.lock")
STAGES = """
stages:
  first: {cmd: echo 1 > one, outs: [one]}
  second: {cmd: mkdir two && cp one two, deps: [one], outs: [two]}
  third: {cmd: cat two/one > three, deps: [two], outs: [three]}
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("toy")
    toy.begin(folder, STAGES)
    toy.run(folder, [*toy.DVC, "repro"])
    return (folder / "dvc.lock").read_bytes()


@pytest.fixture
def repo(tmp_path, monkeypatch, plain):
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    LOCK.write_bytes(plain)
    return tmp_path


def commit():
    toy.commit(Path())


def first_of(plain, count):
    content = yaml.safe_load(plain)
    content["stages"] = dict(list(content["stages"].items())[:count])
    return yaml.safe_dump(content, sort_keys=False).encode()


def test_every_cut_of_a_lock_reads_as_whole_stages_or_as_none(plain):
    names = list(yaml.safe_load(plain)["stages"])
    assert stages_of(plain) == names
    for end in range(len(plain)):
        known = stages_of(plain[:end])
        assert known in ([], names[:1], names[:2], names), plain[:end]
        if known:  # what DVC then reads of them is what it wrote, but for how many files
            read = yaml.safe_load(plain[:end])["stages"][known[-1]]
            read["outs"][0].setdefault("nfiles", 1)
            written = yaml.safe_load(plain)["stages"][known[-1]]
            written["outs"][0].setdefault("nfiles", 1)
            assert read == written


@pytest.mark.parametrize("share", [0, 0.01, 0.3, 0.6, 0.97])
def test_a_torn_lock_is_that_which_was_kept(repo, plain, share):
    assert mend(LOCK) == ""
    assert (KEPT / LOCK).read_bytes() == plain
    LOCK.write_bytes(plain[: int(share * len(plain))])
    assert mend(LOCK) == "dvc.lock was torn and is back as last kept"
    assert LOCK.read_bytes() == plain
    assert mend(LOCK) == ""


@pytest.mark.parametrize("torn", [b"", b"schema: '2.0'\nsta", b"\x00\xff\x07: [", b"- a\n- b\n"])
@pytest.mark.parametrize("kept", [None, b"", b"schema: '2.0'\nstages:\n  first:\n"])
def test_without_a_whole_copy_it_is_the_committed_one(repo, plain, torn, kept):
    commit()
    LOCK.write_bytes(torn)
    if kept is not None:
        (KEPT / LOCK).parent.mkdir(parents=True)
        (KEPT / LOCK).write_bytes(kept)
    assert mend(LOCK) == "dvc.lock was torn and is back as last committed"
    assert LOCK.read_bytes() == plain


def test_without_any_it_is_gone(repo):
    LOCK.write_bytes(b"")
    assert mend(LOCK) == "dvc.lock was torn and is gone, as no older one is known"
    assert not LOCK.exists()


def test_a_committed_lock_with_fewer_stages_stays(repo, plain):
    shorter = first_of(plain, 2)
    LOCK.write_bytes(shorter)
    commit()
    LOCK.write_bytes(plain)
    mend(LOCK)
    LOCK.write_bytes(shorter)  # git checkout
    assert mend(LOCK) == ""
    assert LOCK.read_bytes() == (KEPT / LOCK).read_bytes() == shorter


def test_what_people_do_to_a_lock_stays(repo, plain):
    mend(LOCK)
    other = plain.replace(b"  first:", b"  another:")
    LOCK.write_bytes(other)
    assert mend(LOCK) == ""
    merge = plain.replace(b"  second:", b"<<<<<<< HEAD\n  second:")
    LOCK.write_bytes(merge)
    assert mend(LOCK) == ""
    assert LOCK.read_bytes() == merge
    assert (KEPT / LOCK).read_bytes() == other
    LOCK.unlink()
    assert mend(LOCK) == ""
    assert not LOCK.exists()
    assert not (KEPT / LOCK).exists()


def test_what_is_kept_in_a_run_is_whole_at_every_moment(repo, plain):
    LOCK.write_bytes(first_of(plain, 1))
    mend(LOCK)
    seen = []
    with keeping():
        for end in range(0, len(plain) + 1, 40):
            LOCK.write_bytes(plain[:end])
            time.sleep(0.02)
            seen.append((KEPT / LOCK).read_bytes())
        LOCK.write_bytes(plain)
    assert (KEPT / LOCK).read_bytes() == plain
    assert all(stages_of(each) for each in seen)
