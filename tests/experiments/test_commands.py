from pathlib import Path

import pytest

from stages.experiments.commands import CommandError, dvc, git

STAGE = """
stages:
  failing:
    cmd: "echo 'error: too much ink' >&2; exit 1"
"""


def test_gits_complaint_is_the_error():
    with pytest.raises(CommandError, match="^git show: .*nonesuch"):
        git("show", "nonesuch")


def test_what_git_prints_comes_without_the_space_at_its_end():
    assert git("rev-parse", "--is-inside-work-tree") == "true"


def test_of_a_stage_that_fails_its_own_line_is_the_error_and_all_is_kept(tmp_path):
    dvc("init", "--no-scm", "--quiet", cwd=tmp_path)
    Path(tmp_path, "dvc.yaml").write_text(STAGE)
    with pytest.raises(CommandError, match="^dvc repro: too much ink$") as caught:
        dvc("repro", cwd=tmp_path)
    assert "failed to reproduce 'failing'" in caught.value.said
