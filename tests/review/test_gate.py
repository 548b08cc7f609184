"""The gate on the committed metrics, and what it says of them."""

import json

import pytest

from stages.review.gate import notes
from stages.review.recorded import Recorded


@pytest.fixture(scope="module")
def committed(new_clone):
    """A clone without data: the gate needs none."""
    return new_clone()


def gate(project, floors, *arguments):
    project.set_params(report__floors=floors)
    done = project.run("python", "-m", "stages.review.gate", *arguments, check=False)
    project.run("git", "checkout", "-q", ".")
    return done


def accuracy(project, name):
    text = (project.folder / f"metrics/scores/{name}.json").read_text()
    return json.loads(text)[name]["test"]["accuracy"]


def test_at_its_floor_a_family_passes_and_above_it_not(committed):
    reached = accuracy(committed, "lenet5")
    done = gate(committed, {"lenet5": reached, "ensemble": 0.9})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "floors: 2\ngate: passed\n"
    done = gate(committed, {"lenet5": round(reached + 1e-4, 6), "knn": 0.999, "svm": 0.9})
    assert done.returncode == 1
    reasons = [line.split(" is below")[0] for line in done.stderr.splitlines()]
    assert reasons == [
        f"gate: {name}: test accuracy {accuracy(committed, name)}" for name in ("lenet5", "knn")
    ]


def test_the_last_commit_is_no_better_than_itself(committed):
    done = gate(committed, {}, "--base", "HEAD")
    assert done.returncode == 0
    assert done.stdout.splitlines()[1].endswith(f": unchanged {families(committed) + 1}")


def families(project):
    return len(project.params()["families"])


def test_floors_are_not_applied_to_other_digits(committed):
    path = committed.folder / "metrics/dataset.json"
    told = json.loads(path.read_text())
    told["dataset"]["name"] = "digits"
    path.write_text(json.dumps(told))
    done = gate(committed, {"lenet5": 0.9999})
    assert done.returncode == 0
    assert done.stdout.startswith("floors are for mnist; they are not applied to digits\n")


@pytest.mark.parametrize(
    ("arguments", "floors", "message"),
    [
        (["--base", "nonesuch"], {}, "--base: git knows no revision 'nonesuch'; fetch it"),
        (["--bas"], {}, "argument --base: expected one argument (see --help)"),
        ([], {"lenet6": 0.9}, "params.yaml: report.floors: unknown family 'lenet6'"),
    ],
)
def test_a_mistake_is_one_line(committed, arguments, floors, message):
    done = gate(committed, floors, *arguments)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: {message}")


def test_without_floors_and_metrics_nothing_is_claimed():
    assert notes({}, Recorded(None, {}, {}, []), None) == ["floors: 0"]
