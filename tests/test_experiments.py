"""The README's everyday commands for experiments, with real DVC on the digits."""

import json
import re
import time

import pytest

from tests.small import NO_MIRROR

NAME = "mlp_64"
EPOCHS = f"families.{NAME}.fit.epochs"
SEED = f"families.{NAME}.seed"
PATIENCE = 300  # seconds for the queue


@pytest.fixture(scope="module")
def project(new_clone):
    """A clone in which all has run on the digits, with few families, and committed."""
    project = new_clone()
    families = project.params()["families"]
    block = families[NAME]
    project.run("git", "rm", "-qr", "stages/sweeps")
    project.begin_on_digits(
        families={
            NAME: block | {"fit": block["fit"] | {"epochs": 2}},
            "logistic": families["logistic"],
        },
        ensemble__members=[NAME, "logistic"],
        report={"parity": [], "one_vs_rest": {"label": "5", "families": [NAME, "logistic"]}},
    )
    project.dvc("repro", **NO_MIRROR)
    project.commit("On the digits")
    return project


@pytest.fixture(scope="module")
def queued(project):
    """The same after a queue of four experiments that two workers have run."""
    asked = ["-S", f"{EPOCHS}=range(3,5)", "-S", f"{SEED}=choice(1,2)", f"evaluate@{NAME}"]
    project.queueing = project.dvc("exp", "run", "--queue", *asked)
    project.dvc("queue", "start", "-j", "2")
    end = time.monotonic() + PATIENCE
    while re.search("Queued|Running", project.dvc("queue", "status")):
        assert time.monotonic() < end, project.dvc("queue", "status")
        time.sleep(1)
    return project


def shown(project):
    """{name: (epochs, seed, validation accuracy)} of all experiments, as DVC shows them."""
    found = {}
    for commit in json.loads(project.dvc("exp", "show", "--json")):
        for each in commit["experiments"] or []:
            data = each["revs"][0]["data"]
            block = data["params"]["params.yaml"]["data"]["families"][NAME]
            scores = data["metrics"][f"metrics/scores/{NAME}.json"]["data"][NAME]
            setting = block["fit"]["epochs"], block["seed"]
            found[each["name"]] = (*setting, scores["validation"]["accuracy"])
    return found


def told(project):
    """Epochs in the workspace's params, and the validation accuracy in its metrics."""
    scores = json.loads((project.folder / f"metrics/scores/{NAME}.json").read_text())[NAME]
    return project.params()["families"][NAME]["fit"]["epochs"], scores["validation"]["accuracy"]


def test_a_queue_runs_every_combination_and_leaves_the_workspace_alone(queued):
    assert queued.queueing.count("Queued experiment") == 4
    settings = sorted(each[:2] for each in shown(queued).values())
    assert settings == [(3, 1), (3, 2), (4, 1), (4, 2)]
    assert told(queued)[0] == 2
    assert queued.run("git", "status", "--porcelain").stdout == ""


def test_only_what_changed_is_shown(queued):
    table = queued.dvc("exp", "show", "--only-changed", "--hide-workspace", "--csv")
    header, *lines = table.splitlines()
    assert {EPOCHS, SEED, f"{NAME}.validation.accuracy"} <= set(header.split(","))
    assert "weight_decay" not in header
    assert "split.seed" not in header
    assert len(lines) == 5  # the commit and its four experiments


def test_a_table_can_be_cut_to_the_columns_that_matter(queued):
    keep = rf"Experiment|.*{NAME}.*(\.accuracy|epochs|seed)$"
    table = queued.dvc("exp", "show", "--hide-workspace", "--csv", "--drop", ".*", "--keep", keep)
    header, *lines = table.splitlines()
    accuracies = [f"{NAME}.{part}.accuracy" for part in ("validation", "test")]
    assert set(header.split(",")) == {"Experiment", *accuracies, EPOCHS, SEED}
    assert len(lines) == 5


def test_two_experiments_differ_in_their_params_and_metrics(queued):
    names = {each[:2]: name for name, each in shown(queued).items()}
    found = json.loads(queued.dvc("exp", "diff", names[3, 1], names[4, 1], "--json"))
    assert found["params"] == {"params.yaml": {EPOCHS: {"old": 3, "new": 4, "diff": 1}}}
    change = found["metrics"][f"metrics/scores/{NAME}.json"][f"{NAME}.validation.log_loss"]
    assert change["new"] < change["old"]


def test_an_experiment_becomes_the_workspace_and_a_branch(queued):
    before = told(queued)
    name, (epochs, _, accuracy) = max(shown(queued).items(), key=lambda each: each[1][2])
    queued.dvc("exp", "apply", name)
    assert told(queued) == (epochs, accuracy)
    queued.restore()
    assert told(queued) == before
    queued.dvc("exp", "branch", name, "better")
    params = queued.run("git", "show", "better:params.yaml").stdout
    assert f"epochs: {epochs}" in params


def test_what_lies_in_the_workspace_is_saved_and_removed(queued):
    queued.set_params(**{f"families__{NAME}__fit__epochs": 1})
    queued.dvc("repro", f"evaluate@{NAME}")
    after = told(queued)
    queued.dvc("exp", "save", "-n", "by-hand", "dvc.yaml")
    assert shown(queued)["by-hand"][0] == 1
    assert shown(queued)["by-hand"][2] == after[1]
    queued.restore()
    queued.dvc("exp", "remove", "by-hand")
    assert "by-hand" not in shown(queued)
    assert len(shown(queued)) == 4
