"""A DVC remote and a git remote between clones, and a branch that goes through them."""

import json
import os
import runpy
import shutil

import dvc.api
import numpy as np
import pytest
from scipy.stats import binomtest

from tests.conftest import ROOT, Project
from tests.small import FAMILIES

COMMENT = runpy.run_path(str(ROOT / ".ci/comment.py"))
EXPERIMENT = "branch"
# Far worse, and not to be told apart.
CHANGES = {"families.logistic.build.C": 0.0001, "families.knn.build.neighbors": 12}
UP_TO_DATE = "Data and pipelines are up to date."


def clone(bare, folder) -> Project:
    project = Project(folder)
    folder.mkdir(parents=True)
    project.run("git", "clone", "-q", str(bare), ".")
    project.run("git", "config", "user.name", "Test")
    project.run("git", "config", "user.email", "test@localhost")
    return project


@pytest.fixture(scope="module")
def shared(ran, tmp_path_factory):
    """A bare git repository and, named in its .dvc/config, a DVC remote that holds all data."""
    folder = tmp_path_factory.mktemp("shared")
    bare, store = folder / "digits.git", folder / "store"
    ran.run("git", "clone", "-q", "--bare", ".", str(bare))
    ran.run("git", "--git-dir", str(bare), "branch", "-M", "main")
    first = clone(bare, folder / "first")
    # Its own cache, so that nothing here is ever found in the cache of `ran`.
    files = ".dvc/cache/files"
    shutil.copytree(ran.folder / files, first.folder / files, copy_function=os.link)
    first.dvc("remote", "add", "--default", "store", str(store))
    # The committed sweeps are MNIST's; without them nothing that is locked is missing.
    first.run("git", "rm", "-qr", "stages/sweeps")
    first.run("git", "commit", "-qam", "A remote")
    first.run("git", "push", "-q")
    first.dvc("push")
    return bare


@pytest.fixture(scope="module")
def pulled(shared):
    """A fresh clone with the data of the remote."""
    project = clone(shared, shared.parent / "pulled")
    project.dvc("pull")
    return project


@pytest.fixture(scope="module")
def branch(pulled):
    """The clone again, on a branch whose experiment has made one family worse."""
    pulled.run("git", "checkout", "-q", "-b", EXPERIMENT)
    sets = [word for key, value in CHANGES.items() for word in ("-S", f"{key}={value}")]
    pulled.output = pulled.dvc("exp", "run", "-n", EXPERIMENT, *sets)
    pulled.dvc("exp", "push", "origin", EXPERIMENT)
    pulled.run("git", "add", "-A")
    pulled.run("git", "commit", "-qm", "Less freedom for logistic")
    pulled.run("git", "push", "-q", "origin", EXPERIMENT)
    pulled.dvc("push")
    return pulled


@pytest.fixture(scope="module")
def reviewer(branch, shared):
    """A clone of the branch as CI has it: without any data."""
    project = clone(shared, shared.parent / "reviewer")
    project.run("git", "checkout", "-q", EXPERIMENT)
    return project


@pytest.fixture(scope="module")
def told(branch):
    """The branch's page."""
    return page(branch)


def gate(project, *arguments):
    return project.run("python", "-m", "stages.review.gate", *arguments, check=False)


def page(project, *arguments):
    project.run("python", "-m", "stages.review.pr_report", *arguments)
    return (project.folder / "pr_report.md").read_text()


def verdicts(text):
    """{family: cells} of the page's first table."""
    table = text.split("| family |")[1].split("\n\n")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {cell[0]: cell[1:] for cell in cells}


def test_after_a_pull_nothing_is_left_to_do(pulled):
    assert UP_TO_DATE in pulled.dvc("repro")
    assert pulled.run("git", "status", "--porcelain").stdout == ""


def test_pulled_predictions_are_those_that_were_pushed(ran, pulled):
    for name in FAMILIES:
        path = f"data/predictions/{name}/test.npy"
        assert (pulled.folder / path).read_bytes() == (ran.folder / path).read_bytes()


def test_the_python_api_reads_a_clone_without_data(ran, shared):
    address = str(shared)
    metrics = dvc.api.metrics_show(repo=address)
    scores = json.loads((ran.folder / "metrics/scores/lenet5.json").read_text())
    assert metrics["metrics/scores/lenet5.json:lenet5"]["test"] == scores["lenet5"]["test"]
    assert dvc.api.params_show(repo=address)["families"] == ran.params()["families"]
    with dvc.api.open("data/predictions/svm/test.npy", repo=address, mode="rb") as file:
        read = np.load(file)
    np.testing.assert_array_equal(read, np.load(ran.folder / "data/predictions/svm/test.npy"))


def test_only_the_changed_families_ran(branch):
    fitted = {each for each in branch.stages_run(branch.output) if each.startswith("train@")}
    assert fitted == {"train@logistic", "train@knn"}


def test_an_experiment_travels_between_clones(branch, shared):
    other = clone(shared, shared.parent / "other")
    assert EXPERIMENT in other.dvc("exp", "list", "origin")
    other.dvc("exp", "pull", "origin", EXPERIMENT)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(other.folder)
        shown = {line["Experiment"]: line for line in dvc.api.exp_show()}
    assert shown[EXPERIMENT]["logistic.test.accuracy"] == accuracy(branch, "logistic")
    assert shown[EXPERIMENT]["families.logistic.build.C"] == 0.0001
    other.dvc("exp", "apply", EXPERIMENT)
    assert other.params()["families"]["logistic"]["build"]["C"] == 0.0001


def accuracy(project, name):
    text = (project.folder / f"metrics/scores/{name}.json").read_text()
    return json.loads(text)[name]["test"]["accuracy"]


def test_with_predictions_the_verdict_is_mcnemars(branch, ran, told):
    assert told.startswith("# What changes against origin/main\n\n**1 worse, 0 better, ")
    lines = verdicts(told)
    assert list(lines)[:2] == ["logistic", "knn"]
    assert lines["logistic"][0] == "**worse**"
    assert lines["knn"][0] == "no significant difference"
    assert {line[-1] for line in lines.values()} == {"McNemar"}
    old, new = (
        np.load(each.folder / "data/predictions/knn/test.npy").argmax(1)
        == np.load(each.folder / "data/split/test/labels.npy")
        for each in (ran, branch)
    )
    p = binomtest(int((old & ~new).sum()), int((old != new).sum())).pvalue
    # The greater of two p-values is left as it is by Holm's correction.
    assert lines["knn"][5] == f"p = {p:.2g}"
    shares = [f"{100 * accuracy(each, 'logistic'):.2f} %" for each in (ran, branch)]
    assert lines["logistic"][1:3] == shares


def test_the_page_shows_params_metrics_data_and_both_sides_of_the_pictures(branch, ran, told):
    assert "| params.yaml | families.logistic.build.C | 0.1 | 0.0001 |" in told
    old, new = accuracy(ran, "logistic"), accuracy(branch, "logistic")
    assert f"| logistic.test.accuracy | {old:.6g} | {new:.6g} | {new - old:+.6g} | " in told
    assert "## Data\n\nThe same.\n" in told
    picture = "plots/leaderboard.svg"
    assert f"![{picture}, now]({picture})" in told
    kept = branch.folder / f"pr_report_base/{picture}"
    assert f"![{picture}, before](pr_report_base/{picture})" in told
    assert kept.read_bytes() == (ran.folder / picture).read_bytes()
    assert branch.run("git", "status", "--porcelain").stdout == ""


def test_the_page_fits_a_comment(told):
    body = COMMENT["comment_body"](told, "a" * 40)
    assert body.startswith(f"{COMMENT['MARKER']}\n# What changes against origin/main\n")


def test_on_github_pictures_are_those_of_the_two_commits(branch):
    told = branch.run(
        *("python", "-m", "stages.review.pr_report", "--output", "page/pr.md"),
        GITHUB_SERVER_URL="https://github.example",
        GITHUB_REPOSITORY="you/digits",
    )
    assert told.stdout == "Written: page/pr.md\n"
    text = (branch.folder / "page/pr.md").read_text()
    for name, revision in (("before", "origin/main"), ("now", "HEAD")):
        commit = branch.run("git", "rev-parse", revision).stdout.strip()
        address = f"https://github.example/you/digits/raw/{commit}/plots/leaderboard.svg"
        assert f"![plots/leaderboard.svg, {name}]({address})" in text
    shutil.rmtree(branch.folder / "page")


def test_the_gate_stops_what_is_worse(branch):
    done = gate(branch, "--base", "origin/main")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("gate: logistic: test accuracy ")
    assert "significantly worse (McNemar's exact test, p " in line
    assert "worse 1, no significant difference" in done.stdout


def test_the_other_way_round_is_better_and_passes(branch):
    branch.run("git", "checkout", "-q", "-b", "mended")
    branch.run("git", "revert", "--no-edit", "HEAD")
    branch.dvc("checkout")
    done = gate(branch, "--base", EXPERIMENT)
    branch.run("git", "checkout", "-q", EXPERIMENT)
    branch.dvc("checkout")
    assert (done.returncode, done.stderr) == (0, "")
    assert "better 1, no significant difference" in done.stdout


def test_without_predictions_the_test_is_fishers(reviewer):
    done = gate(reviewer, "--base", "origin/main")
    assert done.returncode == 1
    assert "(Fisher's exact test, p " in done.stderr


def test_a_remote_brings_mcnemars_test_back(reviewer):
    done = gate(reviewer, "--base", "origin/main", "--remote")
    assert done.returncode == 1
    assert "(McNemar's exact test, p " in done.stderr


def test_what_a_remote_lacks_is_not_used(reviewer, tmp_path):
    reviewer.dvc("remote", "add", "--local", "--default", "other", str(tmp_path))
    assert "(Fisher's" in gate(reviewer, "--base", "origin/main", "--remote").stderr
    reviewer.dvc("remote", "modify", "--local", "other", "url", "s3://bucket/digits")
    done = gate(reviewer, "--base", "origin/main", "--remote")
    reviewer.dvc("remote", "remove", "--local", "other")
    assert done.stderr.startswith("error: --remote: s3 is supported, but requires 'dvc-s3'")


def test_other_families_are_listed_and_another_dataset_gets_no_verdict(branch):
    families = branch.params()["families"]
    families["renamed"] = families.pop("svm")
    branch.set_params(families=families)
    path = branch.folder / "metrics/dataset.json"
    path.write_text(json.dumps({"dataset": {"name": "mnist", "train": 1, "test": 10000}}))
    told = page(branch)
    branch.run("git", "checkout", "-q", "params.yaml", "metrics/dataset.json")
    reason = "another data set (digits there, mnist here): accuracies are not comparable"
    assert f"**No verdict**: {reason}." in told
    assert "| name | digits | mnist |" in told
    assert "| family |" not in told
    assert "Added: renamed (not measured)." in told
    assert "Removed: svm." in told


def test_a_base_without_metrics_gets_no_verdict(branch):
    tree = branch.run("git", "hash-object", "-t", "tree", "-w", "/dev/null").stdout.strip()
    start = branch.run("git", "commit-tree", "-m", "Empty", tree).stdout.strip()
    branch.run("git", "checkout", "-q", "--detach", start)
    branch.run("git", "checkout", EXPERIMENT, "--", ".")
    told = page(branch, "--base", start)
    branch.run("git", "checkout", "-q", "-f", EXPERIMENT)
    assert "**No verdict**: the base has no metrics." in told
    assert "logistic (" in told.split("Added: ")[1].split("\n")[0]
