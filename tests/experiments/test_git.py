import pytest

from stages.core.errors import UserError
from stages.experiments.git import git


def test_gits_complaint_is_the_error():
    with pytest.raises(UserError, match="^git show: fatal: .*nonesuch"):
        git("show", "nonesuch")


def test_what_git_prints_comes_without_the_space_at_its_end():
    assert git("rev-parse", "--is-inside-work-tree") == "true"
