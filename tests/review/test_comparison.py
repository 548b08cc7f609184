import numpy as np
import pytest
from dvc.api import DVCFileSystem
from scipy.stats import fisher_exact

from stages.core.errors import UserError
from stages.review.comparison import compare_with, right_answers
from stages.review.recorded import read_recorded
from tests.review.conftest import metrics


def test_right_answers_are_those_of_the_predictions(measured):
    files = DVCFileSystem()
    found = right_answers(files, read_recorded(files))
    # The ensemble's predictions have 3 of 4 right, its metrics say 4: they are of another run.
    assert list(found) == ["a", "b"]
    assert found["a"].tolist() == [True, True, False, True]


def test_without_predictions_there_are_no_right_answers(measured):
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
