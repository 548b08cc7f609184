from pathlib import Path

import pytest
import yaml

from stages.experiments import dvc_experiment
from stages.experiments.dvc_experiment import (
    clear_killed,
    restore_params,
    settings,
    validation_accuracy,
)
from stages.experiments.git import git


@pytest.mark.parametrize("value", [0.00001, 1e-7, 0.5, 3, "deskew", [16, 8], [], None, True])
def test_a_value_comes_through_dvc_and_yaml_as_what_it_is(tmp_path, monkeypatch, value):
    from dvc.utils.hydra import apply_overrides

    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("families: {f: {fit: {it: 1}}}\n")
    options = settings({"families.f.fit.it": value, "families.f.new": value})
    apply_overrides("params.yaml", [option.removeprefix("-S") for option in options])
    assert set(yaml.safe_load(Path("params.yaml").read_text())["families"]["f"]) == {"fit", "new"}
    found = yaml.safe_load(Path("params.yaml").read_text())["families"]["f"]["fit"]["it"]
    assert type(found) is type(value)
    assert found == (pytest.approx(value, rel=1e-15) if isinstance(value, float) else value)


def test_the_accuracy_is_that_of_the_experiment_of_this_name(repo):
    assert validation_accuracy("f-1", "f") is None
    git("update-ref", "refs/exps/ab/cdef/f-1", "HEAD")
    assert validation_accuracy("f-1", "f") == 0.75
    assert validation_accuracy("f-11", "f") is None


@pytest.mark.parametrize(("epochs", "hidden"), [(9, [8]), (9, [4]), (3, [4])])
def test_params_of_a_killed_experiment_are_taken_back_and_the_users_own_are_not(
    repo, epochs, hidden
):
    committed = Path("params.yaml").read_text()
    block = {"build": {"hidden": hidden}, "fit": {"epochs": epochs}}
    Path("params.yaml").write_text(yaml.safe_dump({"families": {"f": block}}))
    restore_params("f", {"fit.epochs": 9})
    now = yaml.safe_load(Path("params.yaml").read_text())
    own = yaml.safe_load(committed) if hidden == [8] else {"families": {"f": block}}
    assert now == own


def test_what_a_killed_experiment_left_is_cleared_away(repo):
    left = Path(".dvc/tmp/exps/standalone/tmp1")
    left.mkdir(parents=True)
    (left / "params.yaml").touch()
    git("update-ref", "refs/exps/stash", "HEAD")
    clear_killed()
    assert not left.exists()
    assert git("for-each-ref", "refs/exps") == ""


def test_a_half_written_line_of_a_curve_waits(repo):
    file = Path(".dvc/tmp/exps/standalone/tmp1/data/live/f", dvc_experiment.CURVE)
    assert dvc_experiment._curve("f") == []
    file.parent.mkdir(parents=True)
    file.write_text("step\taccuracy\n0\t0.5\n1\t0.87")
    assert dvc_experiment._curve("f") == [(0, 0.5)]
    file.write_text("step\taccuracy\n0\t0.5\n1\t0.875\n")
    assert dvc_experiment._curve("f") == [(0, 0.5), (1, 0.875)]
