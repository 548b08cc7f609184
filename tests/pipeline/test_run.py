"""The real DAG, run by the real DVC on scikit-learn's digits in a temporary clone."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss

from stages.split import PLACES
from tests.small import FAMILIES, MEMBERS, NO_MIRROR

EXPERIMENTS = "stages/experiments/dvc.yaml"
# Families of frameworks with another one, and Spark's, which promises no last digit.
MORE = ("@dummy", "@random_forest", "@svm", "@mlp_64", "@spark_mlp")
COLD = [f"train@{name}" for name in ("logistic", "keras_simple", "lenet5")]


def lock(project):
    """{stage: {output: md5}} of dvc.lock."""
    content = yaml.safe_load((project.folder / "dvc.lock").read_text())["stages"]
    return {
        name: {out["path"]: out["md5"] for out in stage["outs"]} for name, stage in content.items()
    }


def test_everything_runs_once_and_ends_with_a_report(ran):
    expected = {"download", "preprocess", "split", "probe", "explore"}
    expected |= {"choose", "ensemble", "compare", "refit", "submit", "report"}
    expected |= {f"{stage}@{name}" for stage in ("train", "evaluate") for name in FAMILIES}
    stages = ran.stages_run(ran.output)
    assert set(stages) == expected
    assert len(stages) == len(expected)
    html = (ran.folder / "plots/report.html").read_text()
    markdown = (ran.folder / "metrics/report.md").read_text()
    table = pd.read_csv(ran.folder / "metrics/leaderboard.csv")
    assert set(table["family"]) == {*FAMILIES, "ensemble"}
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
    for attribute in ('src="http', "@import", 'href="http', "url(http"):
        assert attribute not in html


@pytest.mark.parametrize("name", [*FAMILIES, "ensemble"])
def test_metrics_are_those_of_the_kept_predictions(ran, name):
    written = json.loads((ran.folder / f"metrics/{name}.json").read_text())
    folder = ran.folder / ("data/ensemble" if name == "ensemble" else f"data/evaluations/{name}")
    keys = {"test": {"accuracy", "log_loss"}, "validation": {"accuracy"}}
    for part in ("validation", "test"):
        scores = np.load(folder / f"{part}.npy")
        labels = np.load(ran.folder / PLACES[part] / "labels.npy")
        assert scores.dtype == np.float32
        assert written[part]["accuracy"] == round(accuracy_score(labels, scores.argmax(1)), 6)
        assert set(written[part]) == keys[part] - ({"log_loss"} if name == "svm" else set())
    if name != "svm":
        exact = scores / scores.sum(axis=1, keepdims=True, dtype=np.float64)
        assert written["test"]["log_loss"] == pytest.approx(log_loss(labels, exact), abs=1e-6)
    counts = pd.read_csv(folder / "confusion.csv")
    square = counts.pivot(index="actual", columns="predicted", values="count")
    np.testing.assert_array_equal(square, confusion_matrix(labels, scores.argmax(1)))


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_said_of_corrupted_images_is_what_the_model_says(ran, name):
    table = pd.read_csv(ran.folder / f"data/evaluations/{name}/robustness.csv")
    wanted = ran.params()["probe"]["corruptions"]
    found = table.groupby("corruption")["strength"].apply(list).to_dict()
    assert found.pop("none") == [0]
    assert found == wanted
    clean = table.loc[table["corruption"] == "none", "accuracy"].item()
    # On so few rows the sample is the whole test set.
    told = json.loads((ran.folder / f"metrics/{name}.json").read_text())["test"]
    assert clean == told["accuracy"]
    if name != "dummy":
        assert table["accuracy"].min() < clean


def test_every_family_is_compared_with_every_other(ran):
    table = pd.read_csv(ran.folder / "plots/compare/pairs.csv")
    everybody = {*FAMILIES, "ensemble"}
    assert len(table) == len(everybody) * (len(everybody) - 1) / 2
    leader = pd.read_csv(ran.folder / "plots/compare/leader.csv")
    best = pd.read_csv(ran.folder / "metrics/leaderboard.csv")
    best = best.loc[best["family"] != "ensemble", "family"].iloc[0]
    assert set(leader["family"]) == everybody - {best}


def test_nothing_is_left_to_do(ran):
    assert "Data and pipelines are up to date." in ran.dvc("repro")
    assert "Data and pipelines are up to date." in ran.dvc("status", "dvc.yaml")


def test_an_experiment_changes_one_family_and_its_reversal_fits_nothing(ran):
    param = "families.random_forest.build.n_estimators"
    output = ran.dvc("exp", "run", "-n", "short", "-S", f"{param}=50")
    # It is a member of the ensemble, and may be the best by now.
    changed = [stage for stage in ran.stages_run(output) if stage not in ("refit", "submit")]
    assert sorted(changed) == sorted([*after_family("random_forest"), "ensemble"])
    # What people type next is short.
    lines = ran.dvc("metrics", "diff").splitlines()
    assert len(lines) <= 12
    assert max(map(len, lines)) <= 100
    told = {line.split()[0] for line in lines[1:]}
    assert told - {"metrics/ensemble.json"} == {"metrics/random_forest.json"}
    assert "test.log_loss" in {line.split()[1] for line in lines[1:]}
    (line,) = ran.dvc("params", "diff").splitlines()[1:]
    assert line.split() == ["params.yaml", param, "100", "50"]
    shown = ran.dvc("exp", "show", "--only-changed", "--csv").splitlines()
    assert len(shown[0].split(",")) <= 20
    ran.dvc("exp", "remove", "short")
    ran.run("git", "checkout", "-q", "params.yaml")
    # What is in git and not in DVC's cache is written again: to the same bytes.
    assert ran.stages_run(ran.dvc("repro")) == ["compare", "report"]
    assert ran.run("git", "status", "--porcelain").stdout == ""


def test_metrics_show_is_a_leaderboard(ran):
    head, *lines = ran.dvc("metrics", "show").splitlines()
    assert head.split() == ["Path", "test.accuracy", "test.log_loss", "validation.accuracy"]
    names = {line.split()[0] for line in lines}
    assert names == {f"metrics/{name}.json" for name in [*FAMILIES, "ensemble"]}


def test_plots_are_shown_without_an_error(ran):
    plots = json.loads(ran.dvc("plots", "show", "--json"))
    own = [error for error in plots.get("errors", []) if "sweeps" not in error["name"]]
    assert [error for error in own if "cross_validation" not in error["name"]] == []
    drawn = " ".join(plots["data"])
    for kind in ("compare/confusion", "compare/roc", "report/costs", "explore/classes"):
        assert f"plots/{kind}.csv" in drawn
    assert "Learning curves, accuracy" in plots["data"]


def test_a_change_of_the_report_runs_the_report_alone(ran):
    ran.replace("stages/reporting/templates/report.md", "# Which model family", "# What")
    assert ran.stages_run(ran.dvc("repro")) == ["report"]
    assert (ran.folder / "metrics/report.md").read_text().startswith("# What")
    ran.restore()


def test_a_removed_family_leaves_the_report(ran):
    families = ran.params()["families"]
    del families["logistic"]
    ran.set_params(families=families)
    assert ran.stages_run(ran.dvc("repro")) == ["choose", "compare", "report"]
    assert "logistic" not in (ran.folder / "metrics/leaderboard.csv").read_text()
    ran.restore()


def test_a_bad_param_is_one_line_and_keeps_what_was_there(ran):
    model = (ran.folder / "data/models/lenet5/model.safetensors").read_bytes()
    ran.set_params(split__test_fraction=2)
    done = ran.run("dvc", "repro", check=False)
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert lines == ["error: params.yaml: split.test_fraction: got 2; it should be less than 1"]
    assert "Traceback" not in done.stdout + done.stderr
    assert (ran.folder / "data/models/lenet5/model.safetensors").read_bytes() == model
    ran.restore()


def test_forced_runs_agree_but_for_the_files_that_hold_seconds(ran):
    before = lock(ran)
    stages = [stage for stage in ran.stages_run(ran.output) if not stage.endswith(MORE)]
    again = ["repro", "--force", "--single-item"]
    warm = [stage for stage in stages if stage not in COLD]
    told = ran.dvc(*again, *COLD)  # in processes of their own; a warm one ran them before
    told += ran.run("python", "-m", "stages", *again, *warm, **NO_MIRROR).stdout
    assert sorted(ran.stages_run(told)) == sorted(stages)
    after = lock(ran)
    differ = {
        path
        for stage in before
        for path in before[stage]
        if before[stage][path] != after[stage][path]
    }
    timed = {f"data/fits/{name}.json" for name in FAMILIES}
    timed |= {"plots/report", "metrics/report.md", "plots/report.html"}
    assert differ <= timed
    assert differ & timed, "seconds that never differ are not measured"


@pytest.mark.parametrize("pipeline", [[], [EXPERIMENTS]])
def test_the_committed_lock_fits_code_and_params(new_clone, pipeline):
    output = new_clone().dvc("repro", "--dry", "--allow-missing", *pipeline)
    assert "Data and pipelines are up to date." in output, output


def test_the_final_model_is_the_chosen_family_and_scores_as_it_says(ran):
    table = pd.read_csv(ran.folder / "metrics/leaderboard.csv")
    best = table[table["family"] != "ensemble"].iloc[0]["family"]
    kept = json.loads((ran.folder / "data/models/final/family.json").read_text())
    final = json.loads((ran.folder / "data/models/final/refit.json").read_text())
    assert kept["family"] == best
    labels = [np.load(ran.folder / PLACES[part] / "labels.npy") for part in ("train", "validation")]
    assert final["rows"] == sum(map(len, labels))
    scores = np.load(ran.folder / "data/models/final/test.npy")
    test = np.load(ran.folder / "data/split/test/labels.npy")
    right = f"{accuracy_score(test, scores.argmax(1)):.2%}".replace("%", " %")
    told = (ran.folder / "metrics/report.md").read_text().split("## The final model")[1]
    assert f"validation images: {right} of the test images" in told


def test_another_project_gets_the_final_model_by_its_name(ran, tmp_path):
    ran.run("git", "tag", "final@v1.0.0", "-m", "The first")
    got = tmp_path / "final"
    ran.dvc("artifacts", "get", str(ran.folder), "final", "-o", str(got))
    kept = ran.folder / "data/models/final"
    names = sorted(file.name for file in kept.iterdir())
    assert names == sorted(file.name for file in got.iterdir())
    assert all((got / name).read_bytes() == (kept / name).read_bytes() for name in names)
    ran.run("git", "tag", "-d", "final@v1.0.0")


def test_the_ensemble_is_the_weighted_mean_and_its_curve_ends_there(ran):
    weights = json.loads((ran.folder / "data/ensemble/weights.json").read_text())
    assert set(weights) == set(MEMBERS)
    curve = pd.read_csv(ran.folder / "plots/ensemble.csv")
    assert sorted(set(curve["members"])) == [1, 2, 3, 4]
    written = json.loads((ran.folder / "metrics/ensemble.json").read_text())
    joined = {"validation": np.load(ran.folder / "data/ensemble/validation.npy")}
    joined["test"] = sum(
        weight * np.load(ran.folder / f"data/evaluations/{name}/test.npy")
        for name, weight in weights.items()
    )
    for part, scores in joined.items():
        labels = np.load(ran.folder / PLACES[part] / "labels.npy")
        assert written[part]["accuracy"] == round(accuracy_score(labels, scores.argmax(1)), 6)
        last = curve[(curve["members"] == 4) & (curve["split"] == part)]
        assert last["accuracy"].item() == written[part]["accuracy"]


@pytest.mark.parametrize("key", ["ensemble.members", "report.parity"])
def test_an_unknown_family_in_a_list_is_one_line_and_the_report_stays(ran, key):
    page = ran.folder / "plots/report.html"
    before = page.read_bytes()
    ran.set_params(**{key.replace(".", "__"): ["lenet5", "lenet6"]})
    done = ran.run("dvc", "repro", check=False)
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert line.startswith(f"error: params.yaml: {key}: unknown family 'lenet6'")
    assert page.read_bytes() == before
    ran.restore()


def test_a_family_that_is_gone_but_still_named_is_told_before_anything_is_fitted(ran):
    families = ran.params()["families"]
    del families["svm"]  # which the report compares
    families["logistic"]["build"]["C"] = 0.3
    ran.set_params(families=families)
    done = ran.run("dvc", "repro", check=False)
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert line.startswith("error: params.yaml: report.one_vs_rest.families: unknown family 'svm'")
    assert "epoch" not in done.stdout
    ran.restore()


def after_family(name):
    """The stages that a change of one family runs, where neither best nor members change."""
    return [f"train@{name}", f"evaluate@{name}", "choose", "compare", "report"]
