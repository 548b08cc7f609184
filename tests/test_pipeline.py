"""The real DAG, run by the real DVC on scikit-learn's digits in a temporary clone."""

import json
import shutil

import pandas as pd
import pytest
import yaml
from sklearn.metrics import accuracy_score, confusion_matrix

from stages.common.params import read_families

FAMILIES = list(read_families())
NO_MIRROR = {"MNIST_MIRROR": ""}


@pytest.fixture(scope="module")
def ran(new_clone):
    """A clone in which `dvc repro` has run on the digits, committed."""
    project = new_clone()
    project.replace("params.yaml", "dataset: mnist", "dataset: digits")
    project.output = project.dvc("repro", **NO_MIRROR)
    project.run("git", "add", "-A")
    project.run("git", "commit", "-qm", "On the digits")
    return project


def lock(project):
    """{stage: {output: md5}} of dvc.lock."""
    content = yaml.safe_load((project.folder / "dvc.lock").read_text())["stages"]
    return {
        name: {out["path"]: out["md5"] for out in stage["outs"]} for name, stage in content.items()
    }


def test_everything_runs_once_and_ends_with_a_report(ran):
    expected = {"download", "preprocess", "split", "report"}
    expected |= {f"{stage}@{name}" for stage in ("train", "evaluate") for name in FAMILIES}
    stages = ran.stages_run(ran.output)
    assert set(stages) == expected
    assert len(stages) == len(expected)
    html = (ran.folder / "plots/report.html").read_text()
    markdown = (ran.folder / "metrics/report.md").read_text()
    table = pd.read_csv(ran.folder / "metrics/leaderboard.csv")
    assert set(table["family"]) == set(FAMILIES)
    for name in FAMILIES:
        assert f'<section id="{name}"' in html
        assert f"| {name} |" in markdown
    assert "digits" in html
    assert table["validation_accuracy"].is_monotonic_decreasing
    trained = table[table["family"] != "dummy"]
    assert (trained["test_accuracy"] > 0.75).all()
    assert table["family"].iloc[-1] == "dummy"


def test_the_report_needs_no_network(ran):
    html = (ran.folder / "plots/report.html").read_text()
    for attribute in ("src=", "@import", 'href="http', "url(http"):
        assert attribute not in html


@pytest.mark.parametrize("name", FAMILIES)
def test_metrics_are_those_of_the_kept_predictions(ran, name):
    import numpy as np

    written = json.loads((ran.folder / f"metrics/scores/{name}.json").read_text())[name]
    for part in ("validation", "test"):
        scores = np.load(ran.folder / f"data/predictions/{name}/{part}.npy")
        labels = np.load(ran.folder / f"data/split/{part}/labels.npy")
        assert scores.dtype == np.float32
        assert written[part]["accuracy"] == round(accuracy_score(labels, scores.argmax(1)), 6)
    counts = pd.read_csv(ran.folder / f"plots/confusion/{name}.csv")
    square = counts.pivot(index="actual", columns="predicted", values="count")
    np.testing.assert_array_equal(square, confusion_matrix(labels, scores.argmax(1)))


def test_nothing_is_left_to_do(ran):
    assert "Data and pipelines are up to date." in ran.dvc("repro")
    assert "Data and pipelines are up to date." in ran.dvc("status")


def test_a_familys_param_reruns_three_stages_and_its_reversal_fits_nothing(ran):
    change = ("params.yaml", "build: {C: 0.1,", "build: {C: 0.2,")
    ran.replace(*change)
    assert ran.stages_run(ran.dvc("repro")) == ["train@logistic", "evaluate@logistic", "report"]
    diff = json.loads(ran.dvc("metrics", "diff", "--json"))
    assert "logistic.validation.log_loss" in diff["metrics/scores/logistic.json"]
    assert set(diff) <= {"metrics/scores/logistic.json", "metrics/costs/logistic.json"}
    ran.replace(change[0], change[2], change[1])
    # The report is in git, not in DVC's cache, so it is written again: to the same bytes.
    assert ran.stages_run(ran.dvc("repro")) == ["report"]
    assert ran.run("git", "status", "--porcelain").stdout == ""


def test_an_experiment_changes_one_family(ran):
    key = "families.lenet5.fit.epochs"
    output = ran.dvc("exp", "run", "-n", "short", "-S", f"{key}=2")
    assert ran.stages_run(output) == ["train@lenet5", "evaluate@lenet5", "report"]
    (experiments,) = [
        each["experiments"]
        for each in json.loads(ran.dvc("exp", "show", "--json"))
        if each["rev"] != "workspace" and each["experiments"]
    ]
    (revision,) = experiments[0]["revs"]
    params = revision["data"]["params"]["params.yaml"]["data"]
    assert params["families"]["lenet5"]["fit"]["epochs"] == 2
    assert "lenet5" in revision["data"]["metrics"]["metrics/scores/lenet5.json"]["data"]
    ran.restore()
    assert "up to date" in ran.dvc("status")


def test_plots_and_metrics_are_shown_without_an_error(ran):
    plots = json.loads(ran.dvc("plots", "show", "--json"))
    assert "errors" not in plots
    drawn = " ".join(plots["data"])
    assert all(
        f"plots/{kind}/{name}.csv" in drawn for kind in ("epochs", "confusion") for name in FAMILIES
    )
    metrics = json.loads(ran.dvc("metrics", "show", "--json"))[""]["data"]
    assert all("error" not in entry for entry in metrics.values())
    assert metrics["metrics/dataset.json"]["data"]["dataset"]["name"] == "digits"


def test_a_removed_family_leaves_the_report(ran):
    before = (ran.folder / "params.yaml").read_text()
    content = yaml.safe_load(before)
    del content["families"]["logistic"]
    (ran.folder / "params.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    assert ran.stages_run(ran.dvc("repro")) == ["report"]
    assert "logistic" not in (ran.folder / "metrics/leaderboard.csv").read_text()
    ran.restore()


def test_a_bad_param_is_one_line_and_keeps_what_was_there(ran):
    model = (ran.folder / "data/models/lenet5/model.safetensors").read_bytes()
    ran.replace("params.yaml", "test_fraction: 0.2", "test_fraction: 2")
    done = ran.run("dvc", "repro", check=False)
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert lines == ["error: params.yaml: split.test_fraction: got 2; it should be less than 1"]
    assert "Traceback" not in done.stdout + done.stderr
    assert (ran.folder / "data/models/lenet5/model.safetensors").read_bytes() == model
    ran.restore()


def test_forced_runs_agree_but_for_the_files_that_hold_seconds(ran):
    before = lock(ran)
    ran.dvc("repro", "-f", **NO_MIRROR)
    after = lock(ran)
    differ = {
        path
        for stage in before
        for path in before[stage]
        if before[stage][path] != after[stage][path]
    }
    timed = {f"metrics/costs/{name}.json" for name in FAMILIES}
    assert differ <= timed | {"metrics/report.md", "plots/report.html"}
    assert differ & timed, "seconds that never differ are not measured"


def test_the_committed_lock_fits_code_and_params(new_clone):
    output = new_clone().dvc("repro", "--dry", "--allow-missing")
    assert "Data and pipelines are up to date." in output, output


def test_a_new_family_needs_one_block_and_one_file(ran):
    models = ran.folder / "stages/models"
    shutil.copy(models / "random_forest.py", models / "two_trees.py")
    with (ran.folder / "params.yaml").open("a") as file:
        file.write(
            "\n  two_trees:\n    framework: scikit_learn\n    model: two_trees\n    seed: 0\n"
            "    build: {n_estimators: 2, criterion: gini, max_depth: null, bootstrap: false}\n"
            "    fit: {augment: none}\n"
        )
    assert ran.stages_run(ran.dvc("repro")) == ["train@two_trees", "evaluate@two_trees", "report"]
    assert "two_trees" in (ran.folder / "metrics/leaderboard.csv").read_text()
