import pytest

from stages.core.errors import UserError
from stages.experiments.commands import git
from stages.review.revisions import base_of, workspace


def test_the_base_is_what_both_share(branched):
    base = base_of("main")
    assert base.name == "main"
    assert base.files.read_text("file.txt") == "common"
    assert base.commit == git("rev-parse", "main~1")


def test_the_workspace_is_read_as_it_lies_there(branched):
    (branched / "file.txt").write_text("not committed")
    head = workspace()
    assert head.files.read_text("file.txt") == "not committed"
    assert head.commit == git("rev-parse", "branch")


def test_head_can_be_its_own_base(branched):
    assert base_of("HEAD").files.read_text("file.txt") == "own"


@pytest.mark.parametrize("name", ["nonesuch", "", "main:file.txt", "--help"])
def test_an_unknown_revision_is_one_line(branched, name):
    with pytest.raises(UserError, match=f"^--base: git knows no revision '{name}'; fetch it"):
        base_of(name)


def test_a_history_of_its_own_is_one_line(branched, commit):
    git("checkout", "-q", "--orphan", "lonely")
    commit("lonely")
    with pytest.raises(UserError, match="^--base: HEAD and 'main' share no commit here; "):
        base_of("main")
