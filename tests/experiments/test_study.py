"""Studies, with experiments whose accuracy is a known function of their params."""

from pathlib import Path

import optuna
import pytest
import yaml
from optuna.trial import TrialState

from stages import study as module
from stages.core.params import check
from stages.experiments.search_space import Search
from stages.experiments.study import NAME, ended, open_study, recover, run_trial

FAMILY = {
    "framework": "pytorch",
    "model": "mlp",
    "seed": 0,
    "build": {"hidden": [8]},
    "fit": {"epochs": 3, "learning_rate": 0.1},
}
SPACE = {"fit.learning_rate": {"low": 0.001, "high": 1.0, "log": True}}


class Killed(BaseException):
    pass


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Experiments by name; `runs.kill` is called with each name before it is done."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    monkeypatch.chdir(tmp_path)
    write_params({"f": FAMILY})

    class Runs(dict):
        kill = came = staticmethod(lambda name: None)

    runs = Runs()

    def run_experiment(name, family, values, log, hopeless):
        runs.kill(name)
        if told := runs.came(name):
            return told
        runs[name] = values
        return "done"

    def validation_accuracy(name, family):
        return 1 - abs(runs[name]["fit.learning_rate"] - 0.1) if name in runs else None

    monkeypatch.setattr(module.dvc_experiment, "run_experiment", run_experiment)
    monkeypatch.setattr(module.dvc_experiment, "validation_accuracy", validation_accuracy)
    monkeypatch.setattr(module.dvc_experiment, "restore_params", lambda name, values: None)
    return runs


def write_params(families):
    Path("params.yaml").write_text(yaml.safe_dump({"families": families}))


def opened(space=SPACE, seed=0):
    search = check(Search, {"seed": seed, "spaces": {"f": space}}, "search")
    return open_study("f", search, search.spaces["f"]), search.spaces["f"]


def found(study):
    return [(each.user_attrs[NAME], each.params, each.value) for each in ended(study)]


def go_on(count, space=SPACE):
    study, parsed = opened(space)
    recover(study, "f", parsed)
    while len(ended(study)) < count:
        run_trial(study, "f", parsed, 0)
    return study


def test_a_killed_study_goes_on_as_if_it_had_not_been(runs, tmp_path, monkeypatch):
    whole = found(go_on(14))
    (tmp_path / "again").mkdir()
    monkeypatch.chdir(tmp_path / "again")
    write_params({"f": FAMILY})
    runs.clear()
    moments = {2, 11, 12}

    def kill(name):
        number = int(name.split("-")[-1])
        if number in moments:
            moments.remove(number)
            raise Killed

    runs.kill = kill
    for _ in range(3):
        with pytest.raises(Killed):
            go_on(14)
    study = go_on(14)
    assert found(study) == whole
    assert len(study.trials) == 14 + 3
    assert not study.get_trials(states=(TrialState.RUNNING,))


def test_an_experiment_that_was_done_before_the_kill_is_taken_in(runs):
    study, space = opened()
    runs.kill = lambda name: runs.update({name: {"fit.learning_rate": 0.3}}) or kill_now()

    def kill_now():
        raise Killed

    with pytest.raises(Killed):
        run_trial(study, "f", space, 0)
    runs.kill = lambda name: pytest.fail("it is run again")
    recover(study, "f", space)
    (only,) = ended(study)
    assert only.value == pytest.approx(0.8)


def test_the_same_params_are_not_fitted_twice(runs):
    study = go_on(5, {"build.hidden": {"choices": [[8], [4]]}} | SPACE)
    runs.clear()
    few = {"build.hidden": {"choices": [[8], [4]]}}
    module.dvc_experiment.validation_accuracy = lambda name, family: 0.5 if name in runs else None
    study = go_on(5, few)
    assert len(runs) == 2
    assert [each.value for each in ended(study)] == [0.5] * 5
    assert {each.user_attrs[NAME] for each in ended(study)} == set(runs)


def test_a_trial_that_was_ended_or_failed_counts_and_is_never_the_best(runs):
    runs.came = lambda name: {"2": "pruned", "3": "error: it diverged"}.get(name.split("-")[-1])
    study = go_on(4)
    states = [each.state for each in ended(study)]
    assert states == [
        TrialState.COMPLETE,
        TrialState.PRUNED,
        TrialState.FAIL,
        TrialState.COMPLETE,
    ]
    assert study.best_trial.state is TrialState.COMPLETE


@pytest.mark.parametrize("change", ["seed", "space", "params"])
def test_a_change_begins_a_new_study_but_the_best_params_taken_over_do_not(runs, change):
    go_on(2)
    taken = FAMILY | {"fit": FAMILY["fit"] | {"learning_rate": 0.02}}
    write_params({"f": taken})
    assert len(ended(opened()[0])) == 2
    if change == "params":
        write_params({"f": FAMILY | {"seed": 1}})
    space = {"fit.learning_rate": {"low": 0.01, "high": 1.0}} if change == "space" else SPACE
    study, _ = opened(space, seed=int(change == "seed"))
    assert ended(study) == []
