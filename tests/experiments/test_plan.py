from pathlib import Path

import pytest

from stages.core.errors import UserError
from stages.core.params import Family
from stages.experiments.plan import Sweep, changed, fits

FAMILY = Family(framework="pytorch", model="mlp", seed=0, build={"hidden": [8]}, fit={"epochs": 3})


@pytest.fixture(autouse=True)
def _params(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    split = "{seed: 0, validation_fraction: 0.2, test_fraction: 0.2, subset: 500}"
    Path("params.yaml").write_text(f"split: {split}\n")


def test_every_family_with_every_combination_of_values_and_each_seed():
    sweep = Sweep(
        title="t",
        families=["a", "b"],
        set={"fit.epochs": [1, 2], "build.hidden": [[4], [8]]},
        seeds=[0, 5],
    )
    found = fits(sweep, {"a": FAMILY, "b": FAMILY}, "sweeps.t")
    assert [each["family"] for each in found] == ["a"] * 8 + ["b"] * 8
    blocks = [each["params"] for each in found[:8]]
    assert [(each["fit"]["epochs"], each["build"]["hidden"], each["seed"]) for each in blocks] == [
        (1, [4], 0),
        (1, [4], 5),
        (1, [8], 0),
        (1, [8], 5),
        (2, [4], 0),
        (2, [4], 5),
        (2, [8], 0),
        (2, [8], 5),
    ]
    assert all(each["seed"] == each["params"]["seed"] for each in found)


def test_a_sweep_without_values_takes_the_families_as_they_are():
    sweep = Sweep(title="t", families=["a"], seeds=[0])
    (only,) = fits(sweep, {"a": FAMILY}, "sweeps.t")
    settings = {"family": "a", "values": {}, "seed": 0, "sets": {"families.a.seed": 0}, "split": {}}
    assert only == settings | {"params": FAMILY.model_dump()}


def test_what_differs_in_the_split_is_told_and_no_param_of_the_family():
    sweep = Sweep(title="t", families=["a"], set={"split.subset": [100, 500, None]}, seeds=[0])
    found = fits(sweep, {"a": FAMILY}, "sweeps.t")
    assert [each["split"] for each in found] == [{"split.subset": 100}, {}, {"split.subset": None}]
    sets = [each["sets"] for each in found]
    assert sets == [{"families.a.seed": 0, "split.subset": size} for size in (100, 500, None)]
    assert all(each["params"] == FAMILY.model_dump() for each in found)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("split.subset", 0, "sweeps.t.set.split.subset: got 0; it should be greater"),
        ("split.rows", 1, "sweeps.t.set.split.rows: unknown key"),
        ("split.subset.more", 1, "sweeps.t.set.split.subset.more: unknown key"),
    ],
)
def test_a_value_that_the_split_does_not_take_is_one_line(key, value, message):
    sweep = Sweep(title="t", families=["a"], set={key: [value]}, seeds=[0])
    with pytest.raises(UserError, match=message):
        fits(sweep, {"a": FAMILY}, "sweeps.t")


def test_the_family_itself_is_left_alone():
    assert changed(FAMILY, {"fit.epochs": 9, "preprocess": ["deskew"]}, "s")["fit"]["epochs"] == 9
    assert FAMILY.fit["epochs"] == 3
    assert FAMILY.preprocess == []


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("fits.epochs", "sweeps.x.set.fits.epochs: a family has no such param"),
        ("fit.epochs.more", "a family has no such param"),
        ("speed", "sweeps.x.speed: unknown key"),
    ],
)
def test_a_key_that_no_family_has_is_one_line(key, message):
    with pytest.raises(UserError, match=message):
        changed(FAMILY, {key: 1}, "sweeps.x")
