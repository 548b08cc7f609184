"""The real DAG, run by the real DVC on scikit-learn's digits in a temporary clone."""

import json
import shutil

import pandas as pd
import pytest
import yaml
from sklearn.metrics import accuracy_score, confusion_matrix

from tests.small import FAMILIES, MEMBERS, NO_MIRROR

SWEEPS = "stages/sweeps/dvc.yaml"


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


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_said_of_hard_and_corrupted_digits_is_what_the_model_says(ran, name):
    table = pd.read_csv(ran.folder / f"plots/robustness/{name}.csv")
    wanted = ran.params()["probe"]["corruptions"]
    found = table.groupby("corruption")["strength"].apply(list).to_dict()
    assert found.pop("none") == [0]
    assert found == wanted
    clean = table.loc[table["corruption"] == "none", "accuracy"].item()
    # On so few rows the sample is the whole test set.
    told = json.loads((ran.folder / f"metrics/scores/{name}.json").read_text())[name]["test"]
    assert clean == told["accuracy"]
    if name != "dummy":
        assert table["accuracy"].min() < clean


def test_every_family_is_compared_with_every_other(ran):
    table = pd.read_csv(ran.folder / "metrics/pairs.csv")
    everybody = {*FAMILIES, "ensemble"}
    assert len(table) == len(everybody) * (len(everybody) - 1) / 2
    leader = pd.read_csv(ran.folder / "metrics/leader.csv")
    best = pd.read_csv(ran.folder / "metrics/leaderboard.csv")
    best = best.loc[best["family"] != "ensemble", "family"].iloc[0]
    assert set(leader["family"]) == everybody - {best}


def test_nothing_is_left_to_do(ran):
    assert "Data and pipelines are up to date." in ran.dvc("repro")
    assert "Data and pipelines are up to date." in ran.dvc("status", "dvc.yaml")


def test_a_familys_param_reruns_its_stages_and_its_reversal_fits_nothing(ran):
    ran.set_params(families__logistic__build__C=0.2)
    assert ran.stages_run(ran.dvc("repro")) == after_family("logistic")
    diff = json.loads(ran.dvc("metrics", "diff", "--json"))
    assert "logistic.validation.log_loss" in diff["metrics/scores/logistic.json"]
    own = {f"metrics/{kind}/logistic.json" for kind in ("scores", "speed", "costs")}
    assert set(diff) <= own | {"metrics/agreement.json"}
    ran.set_params(families__logistic__build__C=0.1)
    # The report is in git, not in DVC's cache, so it is written again: to the same bytes.
    assert ran.stages_run(ran.dvc("repro")) == ["report"]
    assert ran.run("git", "status", "--porcelain").stdout == ""


def test_an_experiment_changes_one_family(ran):
    key = "families.lenet5.fit.epochs"
    output = ran.dvc("exp", "run", "-n", "short", "-S", f"{key}=2")
    # lenet5 is a member of the ensemble.
    changed = [stage for stage in ran.stages_run(output) if stage != "refit"]
    assert sorted(changed) == sorted([*after_family("lenet5"), "ensemble"])
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
    assert "up to date" in ran.dvc("status", "dvc.yaml")


def test_plots_and_metrics_are_shown_without_an_error(ran):
    plots = json.loads(ran.dvc("plots", "show", "--json"))
    # The sweep that this clone has made up has not run yet.
    assert {error["name"] for error in plots.get("errors", [])} == {"plots/sweeps/pixels.svg"}
    drawn = " ".join(plots["data"])
    kinds = ["epochs", "confusion", "classes", "roc", "precision_recall", "calibration"]
    kinds += ["robustness", "one_vs_rest", "errors"]
    assert all(f"plots/{kind}/{name}.csv" in drawn for kind in kinds for name in FAMILIES)
    metrics = json.loads(ran.dvc("metrics", "show", "--json"))[""]["data"]
    assert all("error" not in entry for entry in metrics.values())
    assert metrics["metrics/dataset.json"]["data"]["dataset"]["name"] == "digits"


def test_a_change_of_the_report_runs_the_report_alone(ran):
    ran.replace("stages/templates/report.md", "# Which model family", "# What")
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
    ran.dvc("repro", "-f", **NO_MIRROR)
    after = lock(ran)
    differ = {
        path
        for stage in before
        for path in before[stage]
        if before[stage][path] != after[stage][path]
    }
    timed = {f"metrics/{kind}/{name}.json" for kind in ("costs", "speed") for name in FAMILIES}
    timed |= {"metrics/final_costs.json", "plots/costs.csv", "plots/costs.svg"}
    assert differ <= timed | {"metrics/report.md", "plots/report.html"}
    assert differ & timed, "seconds that never differ are not measured"


@pytest.mark.parametrize("pipeline", [[], [SWEEPS]])
def test_the_committed_lock_fits_code_and_params(new_clone, pipeline):
    output = new_clone().dvc("repro", "--dry", "--allow-missing", *pipeline)
    assert "Data and pipelines are up to date." in output, output


def test_a_new_family_needs_one_block_and_one_file(ran):
    models = ran.folder / "stages/models"
    shutil.copy(models / "random_forest.py", models / "two_trees.py")
    block = {
        "framework": "scikit_learn",
        "model": "two_trees",
        "seed": 0,
        "build": {"n_estimators": 2, "criterion": "gini", "max_depth": None, "bootstrap": False},
        "fit": {"augment": "none"},
    }
    ran.set_params(families=ran.params()["families"] | {"two_trees": block})
    assert ran.stages_run(ran.dvc("repro")) == after_family("two_trees")
    assert "two_trees" in (ran.folder / "metrics/leaderboard.csv").read_text()
    (models / "two_trees.py").unlink()
    ran.restore()


def test_the_final_model_is_the_chosen_family_and_scores_as_it_says(ran):
    import numpy as np

    table = pd.read_csv(ran.folder / "metrics/leaderboard.csv")
    best = table[table["family"] != "ensemble"].iloc[0]["family"]
    final = json.loads((ran.folder / "metrics/final.json").read_text())["final"]
    kept = json.loads((ran.folder / "data/models/final/family.json").read_text())
    assert final["family"] == kept["family"] == best
    labels = [
        np.load(ran.folder / f"data/split/{part}/labels.npy") for part in ("train", "validation")
    ]
    assert final["rows"] == sum(map(len, labels))
    scores = np.load(ran.folder / "data/models/final/test.npy")
    test = np.load(ran.folder / "data/split/test/labels.npy")
    assert final["test"]["accuracy"] == round(accuracy_score(test, scores.argmax(1)), 6)


def test_another_project_gets_the_final_model_by_its_name(ran, tmp_path):
    ran.run("git", "tag", "final@v1.0.0", "-m", "The first")
    got = tmp_path / "final"
    ran.dvc("artifacts", "get", str(ran.folder), "final", "-o", str(got))
    kept = ran.folder / "data/models/final"
    names = sorted(file.name for file in kept.iterdir())
    assert names == sorted(file.name for file in got.iterdir())
    assert all((got / name).read_bytes() == (kept / name).read_bytes() for name in names)
    ran.run("git", "tag", "-d", "final@v1.0.0")


def test_the_ensemble_scores_as_it_says_and_its_curve_ends_there(ran):
    import numpy as np

    written = json.loads((ran.folder / "metrics/ensemble.json").read_text())["ensemble"]
    assert set(written["weights"]) == set(MEMBERS)
    curve = pd.read_csv(ran.folder / "plots/ensemble.csv")
    assert sorted(set(curve["members"])) == [1, 2, 3, 4]
    for part in ("validation", "test"):
        members = [
            weight * np.load(ran.folder / f"data/predictions/{name}/{part}.npy")
            for name, weight in written["weights"].items()
        ]
        labels = np.load(ran.folder / f"data/split/{part}/labels.npy")
        assert written[part]["accuracy"] == round(accuracy_score(labels, sum(members).argmax(1)), 6)
        last = curve[(curve["members"] == 4) & (curve["split"] == part)]
        assert last["accuracy"].item() == written[part]["accuracy"]


def test_an_ensemble_of_unknown_members_is_one_line(ran):
    ran.set_params(ensemble__members=["lenet5", "lenet6"])
    done = ran.run("dvc", "repro", check=False)
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert line.startswith("error: params.yaml: ensemble.members: unknown family 'lenet6'")
    ran.restore()


def test_cross_validation_runs_when_asked(ran):
    ran.dvc("repro", f"{SWEEPS}:draw_cross_validation")
    folds = pd.read_csv(ran.folder / "metrics/cross_validation.csv")
    assert sorted(set(zip(folds["family"], folds["fold"], strict=True))) == [
        (name, fold) for name in ("knn", "logistic") for fold in (1, 2, 3)
    ]
    told = json.loads((ran.folder / "metrics/cross_validation.json").read_text())[
        "cross_validation"
    ]
    knn = folds.loc[folds["family"] == "knn", "accuracy"]
    assert told["knn"] == {"mean": round(knn.mean(), 6), "std": round(knn.std(), 6)}
    ran.restore()


def after_family(name):
    """The stages that a change of one family runs, where neither best nor members change."""
    return [f"train@{name}", f"evaluate@{name}", "choose", "compare", "report"]
