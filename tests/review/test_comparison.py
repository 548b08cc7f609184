import numpy as np
import pytest
from dvc.api import DVCFileSystem
from scipy.stats import fisher_exact

from stages.core.errors import UserError
from stages.experiments.commands import git
from stages.review.comparison import base_of, compare_with, right_answers, workspace
from stages.review.recorded import read_recorded
from tests.review.conftest import metrics


def test_the_base_is_what_both_share_and_the_workspace_what_lies_there(branched):
    (branched / "file.txt").write_text("not committed")
    sides = [base_of("main"), base_of("HEAD"), workspace()]
    shared, branch = git("rev-parse", "main~1"), git("rev-parse", "branch")
    assert [(each.name, each.commit, each.files.read_text("file.txt")) for each in sides] == [
        ("main", shared, "common"),
        ("HEAD", branch, "own"),
        ("workspace", branch, "not committed"),
    ]


@pytest.mark.parametrize("name", ["nonesuch", "", "main:file.txt", "--help"])
def test_an_unknown_revision_is_one_line(branched, name):
    with pytest.raises(UserError, match=f"^--base: git knows no revision '{name}'; fetch it"):
        base_of(name)


def test_a_history_of_its_own_is_one_line(branched, commit):
    git("checkout", "-q", "--orphan", "lonely")
    commit("lonely")
    with pytest.raises(UserError, match="^--base: HEAD and 'main' share no commit here; "):
        base_of("main")


def test_right_answers_are_those_of_the_predictions_at_hand(measured):
    files = DVCFileSystem()
    found = right_answers(files, read_recorded(files))
    # The ensemble's predictions have 3 of 4 right, its metrics say 4: they are of another run.
    assert list(found) == ["a", "b"]
    assert found["a"].tolist() == [True, True, False, True]
    (measured / "data/evaluations/a/test.npy").unlink()
    files = DVCFileSystem()
    assert list(right_answers(files, read_recorded(files))) == ["b"]


def test_what_git_has_is_compared_where_no_predictions_are(measured, write):
    write("metrics/a.json", metrics(0.25, 0.9))
    line = compare_with("main").verdicts.set_index("family").loc["a"]
    assert (line["before"], line["after"], line["test"]) == (0.75, 0.25, "Fisher")
    np.testing.assert_allclose(line["p"], fisher_exact([[3, 1], [1, 3]]).pvalue)


def test_sides_that_cannot_be_compared_have_no_verdicts(measured, write):
    write("metrics/dataset.json", {"name": "mnist", "test": 10_000})
    found = compare_with("main")
    assert found.verdicts.empty
    assert found.why_not.startswith("another data set (digits there, mnist here)")


def test_a_base_that_dvc_cannot_read_is_one_line(measured, write, commit):
    write("dvc.yaml", "stages: [\n")
    commit("broken")
    with pytest.raises(UserError, match="^DVC cannot read HEAD or the workspace: .*dvc.yaml"):
        compare_with("HEAD")
