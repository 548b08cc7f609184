"""Real sweeps of cheap families on the digits through DVC's queue, killed and gone on with."""

import random
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from sklearn.metrics import accuracy_score
from statsmodels.stats.proportion import proportion_confint

from stages.core.params import Family
from stages.core.rows import load_rows
from stages.fitting.epochs import EpochLog
from stages.frameworks.contract import open_block
from tests.small import NO_MIRROR

NAME = "mlp_64"
SWEEPS = {
    "epochs": {
        "title": "Epochs",
        "families": [NAME],
        "set": {"fit.epochs": [2, 3]},
        "seeds": [0, 1, 2],
    },
    "rows": {
        "title": "Rows",
        "families": ["logistic"],
        "set": {"split.subset": [100, None]},
        "seeds": [0],
    },
    "diverging": {
        "title": "Too fast",
        "families": [NAME],
        "set": {"fit.learning_rate": [1.0e30]},
        "seeds": [0],
    },
}
FITS = 6  # of the sweep that is killed
KILLS = ["driver", "worker", "all", "worker", "driver", "all"]


@pytest.fixture(scope="module")
def small(new_clone):
    """A clone on the digits, of two families, in which the stages before them have run."""
    project = new_clone()
    families = project.params()["families"]
    block = families[NAME]
    project.begin_on_digits(
        families={
            NAME: block | {"fit": block["fit"] | {"epochs": 3}},
            "logistic": families["logistic"],
        },
        cross_validation={"families": [NAME], "folds": 2, "rows": 100, "seed": 0},
        sweeps=SWEEPS,
    )
    project.dvc("repro", "probe", **NO_MIRROR)
    project.commit("On the digits")
    project.head = project.run("git", "symbolic-ref", "HEAD").stdout
    return project


@pytest.fixture(scope="module")
def killed(small):
    """The same after a sweep that was killed at seeded moments, and gone on with."""
    rng = random.Random(0)
    small.said, small.known = [], []
    for victim in KILLS:
        small.known.append(experiments(small))
        small.said.append(kill(small, victim, rng.uniform(0, 6)))
        assert small.run("git", "symbolic-ref", "HEAD").stdout == small.head
        assert small.run("git", "diff", "HEAD", "--", "params.yaml").stdout == ""
    small.known.append(experiments(small))
    small.said.append(sweep(small, "epochs").stdout)
    return small


def kill(project, victim, seconds):
    """End a sweep, or its worker, with SIGKILL, so long after the first worker has come; what the
    sweep said until then, or to its end."""
    said = project.folder.parent / "said.txt"
    with said.open("w") as file:
        command = (sys.executable, "-m", "stages.experiments.sweep", "epochs")
        process = project.start(*command, stdout=file, stderr=subprocess.STDOUT)
        while process.poll() is None and not working(project, "queue-worker"):
            time.sleep(0.05)
        time.sleep(seconds)
        if victim in ("driver", "all"):
            process.kill()
        for each in working(project, "queue-worker" if victim == "worker" else ""):
            if victim != "driver":
                each.kill()
        process.wait(timeout=300)
    return said.read_text()


def working(project, word):
    """The processes in the side clone whose command line has the word."""
    inside, found = project.folder / ".dvc/tmp/queue", []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(inside) and word in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def sweep(project, *arguments, check=True):
    command = (sys.executable, "-m", "stages.experiments.sweep", *arguments)
    return project.run(*command, check=check, **NO_MIRROR)


def experiments(project):
    """Names of those that have come over, and the commits that they are."""
    command = ("git", "for-each-ref", "--format=%(refname) %(objectname)", "refs/exps/*/*/*")
    return dict(line.split() for line in project.run(*command).stdout.splitlines())


def to_run(said):
    found = re.search(r"of which (\d+) are to be run", said)
    return int(found[1]) if found else 0


def test_no_kill_loses_what_was_finished_and_the_next_start_goes_on(killed):
    for before, after in zip(killed.known, killed.known[1:], strict=False):
        assert before.items() <= after.items()
    for known, said in zip(killed.known, killed.said, strict=True):
        assert to_run(said) <= FITS - len(known), said
    assert len(experiments(killed)) == FITS
    table = pd.read_csv(killed.folder / "metrics/sweeps/epochs.csv")
    assert list(zip(table["fit.epochs"], table["seed"], strict=True)) == [
        (epochs, seed) for epochs in (2, 3) for seed in (0, 1, 2)
    ]
    assert "Epochs" in (killed.folder / "plots/sweeps/epochs.svg").read_text()
    assert not working(killed, "")
    assert not (killed.folder / ".dvc/tmp/queue").exists()


def test_accuracies_are_those_of_a_fit_in_this_process(killed, tmp_path):
    table = pd.read_csv(killed.folder / "metrics/sweeps/epochs.csv")
    line = table[(table["fit.epochs"] == 3) & (table["seed"] == 1)].iloc[0]
    train, validation = (
        load_rows(killed.folder / f"data/split/{part}") for part in ("train", "validation")
    )
    block = killed.params()["families"][NAME] | {"seed": 1}
    family = open_block(NAME, Family(**block), len(np.unique(train.labels)))
    with EpochLog(NAME, tmp_path) as log:
        model = family.fit(train, validation, log)
    answers = family.score(model, validation.images).argmax(axis=1)
    accuracy = accuracy_score(validation.labels, answers)
    digits = len(validation.labels)
    ends = proportion_confint(round(accuracy * digits), digits, method="wilson")
    told = line[["accuracy", "accuracy_low", "accuracy_high"]].astype(float)
    np.testing.assert_allclose(told, [accuracy, *ends], atol=1e-6)


def test_what_is_up_to_date_or_not_concerned_runs_nothing(killed):
    assert sweep(killed, "epochs").stdout == "sweep: all that was asked for is up to date\n"
    killed.set_params(families__logistic__build__C=0.2)
    killed.commit("Another family")
    said = sweep(killed, "epochs").stdout
    assert killed.stages_run(said) == ["stages/sweeps/dvc.yaml:plan"]
    assert "are to be run" not in said


def test_the_run_cache_serves_where_experiments_were_removed(killed):
    said = sweep(killed, "rows").stdout
    assert to_run(said) == 2
    seconds = killed.folder / "metrics/sweeps/rows_seconds.csv"
    before = seconds.read_text()
    names = [each.rpartition("/")[2] for each in experiments(killed) if "logistic" in each]
    killed.dvc("exp", "remove", *names)
    killed.set_params(sweeps__rows__title="Another title")
    killed.commit("A new plan of the same fits")
    killed.dvc("repro", "stages/sweeps/dvc.yaml:plan")
    lone = killed.run(sys.executable, "-m", "stages.experiments.collect", "rows", check=False)
    assert lone.stderr == (
        "error: sweep rows: 2 of its 2 fits have not been run; `make sweep NAME=rows` runs them\n"
    )
    assert to_run(sweep(killed, "rows", "--jobs", "2").stdout) == 2
    assert seconds.read_text() == before, "a fit that runs anew takes other seconds"
    accuracies = pd.read_csv(killed.folder / "metrics/sweeps/rows.csv")["accuracy"]
    assert accuracies[0] < accuracies[1]


def test_a_fit_that_fails_is_named_and_why(small):
    done = sweep(small, "diverging", check=False)
    assert done.returncode == 1
    own, last = done.stderr.splitlines()[-2:]
    assert re.match(r"sweep-mlp_64-\w{8}: .*training diverged; lower its learning rate", own)
    assert last == "error: sweep: 1 of 1 fits failed; the lines above tell"
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonesuch"], "params.yaml: sweeps: unknown sweep 'nonesuch'; it may be one of: "),
        (["--jobs", "0"], "--jobs: got 0; expected a number from 1"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_line(small, arguments, message):
    (line,) = sweep(small, *arguments, check=False).stderr.splitlines()
    assert line.startswith(f"error: {message}")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("fit.epochs", 0, "params.yaml: families.mlp_64.fit.epochs: got 0;"),
        ("split.subset", 0, "params.yaml: sweeps.epochs.set.split.subset: got 0;"),
        ("split.sub", 1, "params.yaml: sweeps.epochs.set.split.sub: unknown key"),
    ],
)
def test_a_value_that_may_not_be_is_one_line_before_any_fit(small, key, value, message):
    small.set_params(sweeps__epochs=SWEEPS["epochs"] | {"set": {key: [value]}})
    small.commit("A mistake")
    done = sweep(small, "epochs", check=False)
    small.run("git", "reset", "-q", "--hard", "HEAD~1")
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: params")]
    assert line.startswith(f"error: {message}")
    assert "are to be run" not in done.stdout
