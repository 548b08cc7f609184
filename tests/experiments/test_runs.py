"""Real sweeps and a search of cheap families on the digits, killed and gone on with."""

import json
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from dvc.utils.hydra import apply_overrides
from filelock import FileLock
from sklearn.metrics import accuracy_score
from statsmodels.stats.proportion import proportion_confint

from stages.core.errors import UserError
from stages.core.params import Family
from stages.core.paths import TRAIN, VALIDATION
from stages.core.rows import load_dataset, load_rows
from stages.experiments.clones import CLONES
from stages.experiments.fit import Fit
from stages.experiments.processes import inside
from stages.experiments.runs import LOCK, arguments
from stages.experiments.schema import FILE
from stages.experiments.search import search
from stages.experiments.sweep import sweep
from stages.fitting.epochs import EpochLog
from stages.fitting.family import open_block
from tests.conftest import Project
from tests.small import NO_MIRROR

DAG = FILE.with_name("dvc.yaml")
EXPERIMENTS = """
cross_validation: {families: all, folds: 2, rows: 100, seed: 0}
sweeps:
  seeds: {title: Luck, families: [dummy], seeds: [0, 1, 2]}
  rows: {title: Rows, families: [logistic], set: {split.subset: [100, null]}, seeds: [0]}
  short: {title: Too short, families: [logistic], set: {build.max_iter: [1]}, seeds: [0]}
search: {seed: 0, spaces: {logistic: {build.C: {low: 0.01, high: 1.0}}}}
"""
PATIENCE = 200  # seconds


@pytest.fixture(scope="module")
def project(new_clone):
    """A clone on the digits, of two families, in which the stages before them have run."""
    project = new_clone()
    families = project.params()["families"]
    names = ["dummy", "logistic"]
    project.begin_on_digits(
        families={name: families[name] for name in names},
        ensemble__members=names,
        report={"parity": [], "one_vs_rest": {"label": "5", "families": names}},
    )
    (project.folder / FILE).write_text(EXPERIMENTS)
    project.dvc("repro", "probe", **NO_MIRROR)
    project.commit("On the digits")
    return project


@pytest.fixture(scope="module")
def killed(project):
    """The same after a sweep of which one fit was killed, then all, and which was gone on with."""
    process, said = start(project, "sweep", "seeds")
    until(process, said, "^1 of 3")
    first = experiments(project)
    wait(lambda: working(project), process).kill()
    until(process, said, "^2 of 3: dummy, seed 1: .*")
    project.failed = said.read_text()
    wait(lambda: working(project), process)
    process.kill()
    process.wait()
    project.output = command(project, "sweep", "seeds").stdout
    assert first.items() <= experiments(project).items()
    project.commit("A sweep")
    return project


@pytest.fixture(scope="module")
def searched(project):
    """The same after a search that was killed in its second trial, and gone on with."""
    process, said = start(project, "search", "logistic", "--trials", "2")
    until(process, said, "^logistic: trial 1 of 2: validation accuracy ")
    wait(lambda: working(project), process)
    process.kill()
    process.wait()
    project.known = experiments(project)
    project.told = command(project, "search", "logistic", "--trials", "2").stdout.splitlines()
    return project


def command(project, *words, check=True):
    return project.run("python", "-m", "stages", *words, check=check, **NO_MIRROR)


def start(project, *words):
    """The process, and the file of what it says."""
    said = project.folder.parent / f"{words[0]}.txt"
    with said.open("w") as file:
        options = {"stdout": file, "stderr": subprocess.STDOUT}
        return project.start("python", "-m", "stages", *words, **options), said


def wait(look, process):
    """What `look` finds, once it finds something; the process has to go on until then."""
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def until(process, said, pattern):
    wait(lambda: re.search(pattern, said.read_text(), re.MULTILINE), process)


def working(project):
    """A process that runs an experiment in a clone of the project."""
    found = inside(project.folder / CLONES)
    return next((each for each in found if "exp" in each.info["cmdline"]), None)


def experiments(project):
    """{name: commit} of those that are there."""
    listed = ("git", "for-each-ref", "--format=%(refname) %(objectname)", "refs/exps/*/*/*")
    pairs = map(str.split, project.run(*listed).stdout.splitlines())
    return {reference.rpartition("/")[2]: commit for reference, commit in pairs}


def table(project, name):
    return pd.read_csv(project.folder / f"metrics/{name}.csv")


def test_what_was_killed_is_named_and_comes_again_and_nothing_is_lost(killed):
    assert re.search(r"^2 of 3: dummy, seed 1: dvc exp: .*\(log: ", killed.failed, re.MULTILINE)
    assert "sweep: 3 fits, of which 2 are to be run" in killed.output
    assert table(killed, "sweeps/seeds")["seed"].tolist() == [0, 1, 2]
    assert "Luck" in (killed.folder / "plots/sweeps/seeds.svg").read_text()
    assert not (killed.folder / CLONES).exists()
    changed = killed.run("git", "show", "--format=", "--name-only", "HEAD").stdout.split()
    own = ("metrics/plans/", "metrics/sweeps/seeds", "plots/sweeps/seeds.svg", str(DAG.parent))
    assert all(path.startswith(own) for path in changed)


def test_what_is_up_to_date_or_not_concerned_runs_nothing(killed):
    told = command(killed, "sweep", "seeds").stdout
    assert told == "sweep: all that was asked for is up to date\n"
    killed.set_params(families__logistic__build__C=0.2)
    killed.commit("Another family")
    told = command(killed, "sweep", "seeds").stdout
    assert killed.stages_run(told) == [f"{DAG}:plan"]
    assert "are to be run" not in told


def test_the_run_cache_serves_where_experiments_were_removed(killed):
    seconds = killed.folder / "metrics/sweeps/seeds_seconds.csv"
    before = seconds.read_text()
    killed.dvc("exp", "remove", min(name for name in experiments(killed) if "dummy" in name))
    killed.replace(str(FILE), "title: Luck", "title: Luck again")
    killed.commit("A new plan of the same fits")
    killed.dvc("repro", f"{DAG}:plan")
    lone = killed.run(sys.executable, "-m", "stages.experiments.collect", "seeds", check=False)
    (line,) = lone.stderr.splitlines()
    assert line.startswith("error: sweep seeds: 1 of its 3 fits have not been run; ")
    assert "of which 1 are to be run" in command(killed, "sweep", "seeds").stdout
    assert seconds.read_text() == before, "a fit that runs anew takes other seconds"


def test_accuracies_are_those_of_a_fit_in_this_process_and_a_failure_says_why(killed):
    done = command(killed, "sweep", "rows", "short", "--jobs", "2", check=False)
    *_, own, last = done.stderr.splitlines()
    assert re.match(r"\d of 3: logistic, build.max_iter=1, seed 0: .*did not converge", own)
    assert last == "error: sweep: 1 of 3 fits failed; the lines above tell"
    told = command(killed, "sweep", "rows").stdout
    assert "2 fits, of which 0 are to be run" in told
    few, all_rows = table(killed, "sweeps/rows").to_dict("records")
    assert few["accuracy"] < all_rows["accuracy"]
    train, validation = (load_rows(killed.folder / place) for place in (TRAIN, VALIDATION))
    classes = load_dataset(killed.folder / TRAIN).classes
    block = Family(**killed.params()["families"]["logistic"])
    family = open_block("logistic", block, len(classes))
    answers = family.score(family.fit(train, validation, EpochLog("logistic")), validation.images)
    accuracy = accuracy_score(validation.labels, answers.argmax(axis=1))
    count = len(validation.labels)
    ends = proportion_confint(round(accuracy * count), count, method="wilson")
    found = [all_rows[key] for key in ("accuracy", "accuracy_low", "accuracy_high")]
    np.testing.assert_allclose(found, [accuracy, *ends], atol=1e-6)


def test_a_killed_search_goes_on_to_as_many_trials_as_were_asked_for(searched):
    lines = table(searched, "search/logistic")
    assert lines["trial"].tolist() == [1, 2]
    assert set(lines["state"]) == {"complete"}
    assert searched.known.items() <= experiments(searched).items()
    assert [line.split(":")[1] for line in searched.told[:2]] == [" trial 1 of 2", " trial 2 of 2"]


def test_a_trials_experiment_has_its_params_and_its_validation_accuracy(searched):
    for _, line in table(searched, "search/logistic").iterrows():
        commit = experiments(searched)[line["experiment"]]
        shown = [
            searched.run("git", "show", f"{commit}:{file}").stdout
            for file in ("params.yaml", "metrics/logistic.json")
        ]
        block = yaml.safe_load(shown[0])["families"]["logistic"]
        assert block["build"]["C"] == pytest.approx(line["build.C"], rel=1e-9)
        assert json.loads(shown[1])["validation"]["accuracy"] == line["validation_accuracy"]
        changed = searched.run("git", "diff", "--name-only", "HEAD", commit).stdout.split()
        assert set(changed) <= {"params.yaml", "dvc.lock", "metrics/logistic.json"}


def test_the_printed_command_takes_the_best_over(searched):
    trials = table(searched, "search/logistic")
    best = trials.loc[trials["validation_accuracy"].idxmax()]
    last = searched.told[-1].removeprefix("take it over: ")
    assert last == f"dvc exp apply {best['experiment']}"
    # Here, where the stages after the families have never run, DVC also says that it misses them.
    searched.run(*shlex.split(last), check=False)
    block = searched.params()["families"]["logistic"]
    assert block["build"]["C"] == pytest.approx(best["build.C"], rel=1e-9)
    assert "up to date" in searched.dvc("status", "train@logistic", "evaluate@logistic")
    searched.run("git", "checkout", "-q", "HEAD", "--", ".")


def test_cross_validation_has_a_table_its_spread_and_a_picture(project):
    project.dvc("repro", f"{DAG}:draw_cross_validation")
    folds = table(project, "cross_validation")
    assert folds.groupby("family").size().to_dict() == {"dummy": 2, "logistic": 2}
    told = json.loads((project.folder / "metrics/cross_validation.json").read_text())
    told = told["cross_validation"]["logistic"]
    own = folds.loc[folds["family"] == "logistic", "accuracy"].to_numpy()
    np.testing.assert_allclose(
        [told["mean"], told["std"]], [own.mean(), own.std(ddof=1)], atol=1e-6
    )
    picture = (project.folder / "plots/cross_validation.svg").read_text()
    assert "2 folds of 100 training images" in picture


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: sweep(["sed"], 1), f"{FILE}: sweeps: unknown sweep 'sed'; did you mean seeds? "),
        (lambda: search("dummy", 2), f"{FILE}: search.spaces: no space for 'dummy'; there are"),
        (lambda: search("dumy", 2), "params.yaml: families: unknown family 'dumy'; did you"),
    ],
)
def test_a_mistake_is_one_line(project, monkeypatch, work, message):
    monkeypatch.chdir(project.folder)
    with pytest.raises(UserError, match=f"^{re.escape(message)}") as caught:
        work()
    assert "\n" not in str(caught.value)


def test_what_experiments_stand_on_has_to_be_there_and_no_two_run_at_once(project, tmp_path):
    def complaint(project=project):
        return command(project, "search", "logistic", check=False).stderr

    project.run("git", "clone", "-q", "--depth=1", f"file://{project.folder}", str(tmp_path))
    assert complaint(Project(tmp_path)).startswith("error: this clone is shallow, expected a whole")

    project.set_params(families__dummy__seed=5)
    assert complaint().startswith("error: params.yaml: differs from the last commit")
    project.run("git", "checkout", "-q", "params.yaml")
    project.set_params(split__seed=1)
    assert complaint().startswith("error: stage split: has changed or has not run; `dvc repro")
    project.run("git", "checkout", "-q", "params.yaml")
    with FileLock(project.folder / LOCK):
        assert complaint().startswith(f"error: {LOCK}: another sweep or search is at work here")


@pytest.mark.parametrize("value", [0.00001, 1e-7, 0.5, 3, "deskew", [16, 8], [], None, True])
def test_a_value_comes_through_dvc_and_yaml_as_what_it_is(tmp_path, monkeypatch, value):
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("families: {f: {fit: {it: 1}}}\nsplit: {subset: 1}\n")
    fit = Fit("f", {"fit.it": value, "new": value, "split.subset": 9}, 4, {}, "f-01234567")
    *begin, name, one, two, three, four, target = arguments(fit)
    assert (begin[:2], name, target) == (["exp", "run"], "f-01234567", "evaluate@f")
    apply_overrides("params.yaml", [each.removeprefix("-S") for each in (one, two, three, four)])
    found = yaml.safe_load(Path("params.yaml").read_text())
    assert found["split"] == {"subset": 9}
    block = found["families"]["f"]
    assert set(block) == {"fit", "new", "seed"}
    assert type(block["fit"]["it"]) is type(value)
    near = pytest.approx(value, rel=1e-15) if isinstance(value, float) else value
    assert block["fit"]["it"] == block["new"] == near
    Path("params.yaml").write_text("families: {f: {seeds: 3}}\n")
    assert "-S++families.f.seeds=1" in arguments(fit)
