"""A repository with a branch of its own."""

import pytest
from dvc.repo import Repo

from stages.experiments.git import git


@pytest.fixture
def commit(empty):
    """Commits what lies there, with a file of one word."""

    def commit(word: str) -> None:
        (empty / "file.txt").write_text(word)
        git("add", "-A")
        git("commit", "-q", "-m", word)

    return commit


@pytest.fixture
def branched(empty, commit):
    """`main` has moved on since `branch`, which is checked out, set out from it."""
    git("init", "-q", "-b", "main")
    Repo.init().close()
    commit("common")
    git("branch", "branch")
    commit("later")
    git("checkout", "-q", "branch")
    commit("own")
    return empty
