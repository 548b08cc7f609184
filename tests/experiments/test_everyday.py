"""Everyday commands of DVC for experiments, on the digits."""

import json
import re
import shutil
import time
from pathlib import Path

import pytest

from tests.conftest import Project

NAME = "logistic"
C, SEED = (f"families.{NAME}.{key}" for key in ("build.C", "seed"))
METRICS = f"metrics/{NAME}.json"
PATIENCE = 300  # seconds for the queue


@pytest.fixture(scope="module")
def queued(ran, tmp_path_factory):
    """A copy of the clone that has run, after a queue of two experiments with two workers."""
    folder = tmp_path_factory.mktemp("queued") / "clone"
    project = Project(Path(shutil.copytree(ran.folder, folder, symlinks=True)))
    project.restore()
    asked = ["-S", f"{C}=choice(0.01,0.001)", "-S", f"{SEED}=range(1,2)", f"evaluate@{NAME}"]
    project.queueing = project.dvc("exp", "run", "--queue", *asked)
    project.dvc("queue", "start", "-j", "2")
    end = time.monotonic() + PATIENCE
    done = "--format=%(refname)", "refs/exps/??/*/*"
    while project.run("git", "for-each-ref", *done).stdout.count("\n") < 2:
        assert time.monotonic() < end, project.dvc("queue", "status")
        time.sleep(0.2)
    while re.search("Queued|Running", project.dvc("queue", "status")):
        assert time.monotonic() < end
    return project


def shown(project):
    """{name: (C, seed, validation accuracy)} of all experiments, as DVC shows them."""
    found = {}
    for commit in json.loads(project.dvc("exp", "show", "--json")):
        for each in commit["experiments"] or []:
            data = each["revs"][0]["data"]
            block = data["params"]["params.yaml"]["data"]["families"][NAME]
            accuracy = data["metrics"][METRICS]["data"]["validation"]["accuracy"]
            found[each["name"]] = (block["build"]["C"], block["seed"], accuracy)
    return found


def told(project):
    """C in the workspace's params, and the validation accuracy in its metrics."""
    numbers = json.loads((project.folder / METRICS).read_text())
    return project.params()["families"][NAME]["build"]["C"], numbers["validation"]["accuracy"]


def test_a_queue_runs_every_combination_and_leaves_the_workspace_alone(queued):
    assert queued.queueing.count("Queued experiment") == 2
    assert {each[:2] for each in shown(queued).values()} == {(0.01, 1), (0.001, 1)}
    assert queued.run("git", "status", "--porcelain").stdout == ""


def test_only_what_changed_is_shown(queued):
    table = queued.dvc("exp", "show", "--only-changed", "--hide-workspace", "--csv")
    header, *lines = table.splitlines()
    columns = set(header.split(","))
    assert {C, SEED} <= columns
    keep = {f"{METRICS}:validation.accuracy", f"{METRICS}:test.accuracy"}
    assert keep <= columns
    assert not any("max_iter" in each or each.startswith("split") for each in columns)
    assert len(lines) == 3  # the commit and its two experiments


def test_an_experiment_becomes_the_workspace_and_a_branch(queued):
    before = told(queued)
    name, (c, _, accuracy) = max(shown(queued).items(), key=lambda each: each[1][2])
    queued.dvc("exp", "apply", name)
    assert told(queued) == (c, accuracy)
    queued.restore()
    assert told(queued) == before
    queued.dvc("exp", "branch", name, "better")
    assert f"C: {c}" in queued.run("git", "show", "better:params.yaml").stdout
