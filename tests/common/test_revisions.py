import subprocess
from pathlib import Path

import pytest
from dvc.repo import Repo

from stages.common.errors import UserError
from stages.common.revisions import base_of, workspace


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """`main` has moved on since `branch`, which is checked out, set out from it."""
    monkeypatch.chdir(tmp_path)
    for variable in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{variable}_NAME", "Test")
        monkeypatch.setenv(f"GIT_{variable}_EMAIL", "test@localhost")
    call("git init -q -b main")
    Repo.init().close()
    commit("common")
    call("git branch branch")
    commit("later")
    call("git checkout -q branch")
    commit("own")
    return tmp_path


def call(command):
    return subprocess.run(command.split(), check=True, capture_output=True, text=True).stdout


def commit(text):
    Path("file.txt").write_text(text)
    call("git add -A")
    call(f"git commit -q -m {text}")


def test_the_base_is_what_both_share(folder):
    base = base_of("main")
    assert base.name == "main"
    assert base.files.read_text("file.txt") == "common"
    assert base.commit == call("git rev-parse main~1").strip()


def test_the_workspace_is_read_as_it_lies_there(folder):
    (folder / "file.txt").write_text("not committed")
    head = workspace()
    assert head.files.read_text("file.txt") == "not committed"
    assert head.commit == call("git rev-parse branch").strip()


def test_head_can_be_its_own_base(folder):
    assert base_of("HEAD").files.read_text("file.txt") == "own"


@pytest.mark.parametrize("name", ["nonesuch", "", "main:file.txt", "--help"])
def test_an_unknown_revision_is_one_line(folder, name):
    with pytest.raises(UserError, match=f"^--base: git knows no revision '{name}'; fetch it"):
        base_of(name)


def test_a_history_of_its_own_is_one_line(folder):
    call("git checkout -q --orphan lonely")
    commit("lonely")
    with pytest.raises(UserError, match="^--base: HEAD and 'main' share no commit here; "):
        base_of("main")
