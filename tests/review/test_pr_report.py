"""What the page leaves out; whole pages are in test_remote.py."""

import pytest

from stages.core.errors import UserError
from stages.review.pr_report import fitting, parse


def test_what_fits_is_kept_whole():
    lines = ["a" * 80, "b" * 80]
    assert fitting(lines, 200) == (lines, 0)


@pytest.mark.parametrize("kind", [str, lambda text: {"metric": text, "before": 1}])
def test_what_does_not_fit_is_counted(kind):
    lines = [kind("a" * 79)] * 10
    kept, left = fitting(lines, 350)
    assert len(kept) == 3
    assert left == 7


def test_nothing_fits_nowhere():
    assert fitting([], 0) == ([], 0)


def test_the_base_is_main_unless_said():
    assert parse([]).base == "origin/main"
    assert parse(["--base", "v1"]).base == "v1"


def test_a_wrong_argument_is_one_line():
    with pytest.raises(UserError, match="unrecognized arguments: --bases"):
        parse(["--bases", "x"])


@pytest.mark.parametrize("base", ["nonesuch"])
def test_an_unknown_base_is_one_line_and_writes_nothing(new_clone, base):
    project = new_clone()
    done = project.run("python", "-m", "stages.review.pr_report", "--base", base, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: --base: git knows no revision '{base}'; fetch it")
    assert not list(project.folder.glob("pr_report*"))
