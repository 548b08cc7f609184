import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from stages.core.errors import UserError
from stages.experiments.schema import FILE, read_cross_validation, read_search, read_sweeps

SWEEP = {"title": "t", "families": "all", "set": {"fit.epochs": [1, 2]}, "seeds": [0]}
FOLDS = {"families": ["svm"], "folds": 2, "rows": None, "seed": 0}
RANGE = {"low": 1, "high": 4}


@pytest.fixture(autouse=True)
def _params(tmp_path, monkeypatch):
    params = Path("params.yaml").resolve()
    monkeypatch.chdir(tmp_path)
    shutil.copy(params, "params.yaml")


def write(sweep=SWEEP, name="s", folds=FOLDS, values=RANGE, key="fit.epochs"):
    FILE.parent.mkdir(parents=True, exist_ok=True)
    search = {"seed": 0, "spaces": {"f": {key: values}}}
    content = {"sweeps": {name: sweep}, "cross_validation": folds, "search": search}
    FILE.write_text(yaml.safe_dump(content))


def test_all_families_are_those_of_params_yaml():
    write(folds=FOLDS | {"families": "all"})
    known = list(yaml.safe_load(Path("params.yaml").read_text())["families"])
    assert read_sweeps()["s"].families == known
    assert read_cross_validation().families == known


def test_the_ends_of_values_are_those_of_the_range_or_all_choices():
    write()
    assert read_search().spaces["f"]["fit.epochs"].ends == [1, 4]
    write(values={"choices": [[8], None, 3]})
    assert read_search().spaces["f"]["fit.epochs"].ends == [[8], None, 3]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "x; touch y"}, "sweeps: got the name 'x; touch y'; a name has at most 64 small"),
        ({"sweep": SWEEP | {"families": ["smv"]}}, "sweeps.s.families: unknown family 'smv'; did"),
        ({"sweep": SWEEP | {"families": "smv"}}, "sweeps.s.families: got 'smv'; "),
        ({"sweep": SWEEP | {"seed": 0}}, "sweeps.s.seed: unknown key"),
        (
            {"sweep": SWEEP | {"set": {"seeds": [1, 3]}}},
            "`set` should not name `seeds`: ",
        ),
        ({"sweep": SWEEP | {"set": {"fit.x": [date(2020, 1, 1)]}}}, "`set.fit.x` should hold num"),
        ({"folds": FOLDS | {"folds": 1}}, "cross_validation.folds: got 1; it should be greater"),
        ({"folds": FOLDS | {"families": ["svm"] * 2}}, "cross_validation.families: got ['svm', "),
        ({"values": {"low": 1}}, "it should have `choices`, or `low` and `high`"),
        ({"values": {"choices": [1, 2], "low": 1}}, "it should have `choices`, or `low`"),
        ({"values": {"low": 3, "high": 1}}, "it should have `low` < `high`"),
        ({"values": {"low": 0, "high": 1, "log": True}}, "it should have 0 < `low` < `high`"),
        ({"values": {"choices": [1]}}, "search.spaces.f.fit.epochs.choices: got [1]"),
        ({"values": {"lo": 1}}, "search.spaces.f.fit.epochs.lo: unknown key"),
        ({"key": "epochs"}, "search.spaces.f.epochs"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_file_and_the_key(changes, message):
    write(**changes)
    with pytest.raises(UserError) as caught:
        read_sweeps(), read_cross_validation(), read_search()
    line = str(caught.value)
    assert line.startswith(f"{FILE}: ")
    assert message in line
    assert "params.yaml" not in line.split(":")[0]
    assert "\n" not in line


def test_a_file_that_is_not_there_or_not_yaml_is_named():
    with pytest.raises(UserError, match=f"^{FILE}: no such file here"):
        read_search()
    write()
    FILE.write_text("sweeps: [")
    with pytest.raises(UserError, match=f"^{FILE}: not valid YAML"):
        read_search()
