"""A real search of a cheap family on the digits, killed and gone on with."""

import json
import os
import signal
import subprocess
import sys
import time

import optuna
import pandas as pd
import pytest
import yaml

from tests.small import NO_MIRROR

NAME = "mlp_64"
SPACE = {
    "build.hidden": {"choices": [[16], [64, 32]]},
    "fit.learning_rate": {"low": 0.0005, "high": 0.05, "log": True},
}


@pytest.fixture(scope="module")
def small(new_clone):
    """A clone on the digits, of one family, in which the stages before it have run."""
    project = new_clone()
    block = project.params()["families"][NAME]
    project.begin_on_digits(
        families={NAME: block | {"fit": block["fit"] | {"epochs": 3}}},
        search={"seed": 0, "spaces": {NAME: SPACE}},
    )
    project.dvc("repro", "probe", **NO_MIRROR)
    project.commit("On the digits")
    return project


@pytest.fixture(scope="module")
def searched(small):
    """The same after a search of 3 trials that was killed in its second, and gone on with."""
    command = (sys.executable, "-m", "stages.experiments.search", NAME, "--trials", "3")
    process = small.start(*command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().startswith(f"{NAME}: trial 1 of 3: validation accuracy ")
    while not list(small.folder.glob(".dvc/tmp/exps/standalone/tmp*/data/live")):
        time.sleep(0.1)
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    small.output = search(small, "3").stdout
    return small


def search(project, trials, check=True, name=NAME):
    command = (sys.executable, "-m", "stages.experiments.search", name, "--trials", trials)
    return project.run(*command, check=check, **NO_MIRROR)


def test_a_killed_search_goes_on_to_as_many_trials_as_were_asked_for(searched):
    lines = searched.output.splitlines()
    assert [line.split(":")[1] for line in lines[:-2]] == [" trial 2 of 3", " trial 3 of 3"]
    table = pd.read_csv(searched.folder / f"metrics/search/{NAME}.csv")
    assert table["trial"].tolist() == [1, 2, 3]
    assert set(table["state"]) == {"complete"}
    storage = f"sqlite:///{searched.folder}/data/studies/{NAME}.db"
    (summary,) = optuna.get_all_study_summaries(storage)
    trials = optuna.load_study(study_name=summary.study_name, storage=storage).trials
    states = [trial.state.name for trial in trials]
    assert states == ["COMPLETE", "FAIL", "COMPLETE", "COMPLETE"]
    assert trials[1].params == trials[2].params, "what was killed comes again"
    again = search(searched, "3").stdout.splitlines()
    assert again == lines[-2:], "nothing is left to run"


def test_only_the_familys_own_stages_ran_and_validation_accuracy_counts(searched):
    table = pd.read_csv(searched.folder / f"metrics/search/{NAME}.csv")
    for _, line in table.iterrows():
        log = (searched.folder / f"data/studies/{line['experiment']}.log").read_text()
        assert searched.stages_run(log) == [f"train@{NAME}", f"evaluate@{NAME}"]
        ref = f"refs/exps/*/*/{line['experiment']}"
        ref = searched.run("git", "for-each-ref", "--format=%(refname)", ref).stdout.strip()
        scores = json.loads(
            searched.run("git", "show", f"{ref}:metrics/scores/{NAME}.json").stdout
        )[NAME]
        assert scores["validation"]["accuracy"] == line["validation_accuracy"]
        params = yaml.safe_load(searched.run("git", "show", f"{ref}:params.yaml").stdout)
        block = params["families"][NAME]
        assert block["fit"]["learning_rate"] == pytest.approx(line["fit.learning_rate"])
        assert block["build"]["hidden"] == json.loads(line["build.hidden"])
        changed = searched.run("git", "diff", "--name-only", "HEAD", ref).stdout.split()
        assert all(f"/{NAME}." in path or path in ("params.yaml", "dvc.lock") for path in changed)
    best = table.loc[table["validation_accuracy"].idxmax()]
    assert searched.output.splitlines()[-2].startswith(f"best: {best['experiment']}, ")


def test_the_workspace_is_as_it_was_but_for_table_and_picture(searched):
    status = searched.run("git", "status", "--porcelain", "--untracked-files=all").stdout.split()
    assert status[1::2] == [f"metrics/search/{NAME}.csv", f"plots/search/{NAME}.svg"]
    assert (
        "which params matter (3 trials"
        in (searched.folder / f"plots/search/{NAME}.svg").read_text()
    )


def test_the_printed_command_takes_the_best_over(searched):
    command = searched.output.splitlines()[-1].removeprefix("take it over: ").split()
    # Here, where the stages after the families have never run, DVC also says that it misses them.
    searched.run(*command, check=False)
    table = pd.read_csv(searched.folder / f"metrics/search/{NAME}.csv")
    best = table.loc[table["validation_accuracy"].idxmax()]
    assert searched.params()["families"][NAME]["build"]["hidden"] == json.loads(
        best["build.hidden"]
    )
    told = searched.dvc("status", f"train@{NAME}", f"evaluate@{NAME}")
    assert "up to date" in told
    searched.run("git", "checkout", "-q", "HEAD", "--", ".")


def test_a_hopeless_fit_is_ended_and_leaves_nothing(searched):
    code = (
        "from pathlib import Path\n"
        "from stages.experiments.dvc_experiment import run_experiment\n"
        "log = Path('data/studies/hopeless.log')\n"
        "values = {'fit.epochs': 5000}\n"
        f"print(run_experiment('hopeless', '{NAME}', values, log, lambda curve: len(curve) > 1))\n"
    )
    assert searched.run(sys.executable, "-c", code).stdout == "pruned\n"
    assert searched.run("git", "for-each-ref", "refs/exps/*/*/hopeless").stdout == ""
    assert not list(searched.folder.glob(".dvc/tmp/exps/standalone/tmp*"))
    log = (searched.folder / "data/studies/hopeless.log").read_text()
    assert "epoch 2:" in log
    assert "epoch 4999:" not in log


@pytest.mark.parametrize(
    ("name", "key", "values", "message"),
    [
        ("lenet5", "fit.epochs", {"low": 1, "high": 2}, "unknown family 'lenet5'"),
        (NAME, "fit.epoch", {"low": 1, "high": 2}, "families.mlp_64.fit.epoch: unknown key"),
        (NAME, "fit.epochs", {"low": 0, "high": 2}, "families.mlp_64.fit.epochs: got 0;"),
        (NAME, "fit.epochs", {"low": 2}, "search.spaces.mlp_64.fit.epochs: got"),
    ],
)
def test_a_mistake_is_one_line_before_any_trial(small, name, key, values, message):
    small.set_params(search={"seed": 0, "spaces": {NAME: {key: values}}})
    done = search(small, "2", check=False, name=name)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: params.yaml: ")
    assert message in line
    small.run("git", "checkout", "-q", "params.yaml")


def test_what_experiments_stand_on_has_to_be_committed(small):
    small.set_params(families__mlp_64__fit__weight_decay=0.5)
    done = search(small, "9", check=False)
    assert done.stderr.startswith("error: params.yaml: differs from the last commit")
    small.run("git", "checkout", "-q", "params.yaml")
    small.set_params(split__seed=1)
    done = search(small, "9", check=False)
    assert done.stderr.startswith("error: stage split: has changed or has not run; `dvc repro")
    small.run("git", "checkout", "-q", "params.yaml")
