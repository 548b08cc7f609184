import pytest

from stages.common.errors import UserError
from stages.common.params import Family
from stages.plan import Sweep, changed, variants

FAMILY = Family(framework="pytorch", model="mlp", seed=0, build={"hidden": [8]}, fit={"epochs": 3})


def test_every_family_with_every_combination_of_values():
    sweep = Sweep(
        title="t",
        families=["a", "b"],
        set={"fit.epochs": [1, 2], "build.hidden": [[4], [8]]},
        seeds=[0],
    )
    found = variants(sweep, {"a": FAMILY, "b": FAMILY}, "sweeps.t")
    assert [each["family"] for each in found] == ["a"] * 4 + ["b"] * 4
    told = [
        (each["params"]["fit"]["epochs"], each["params"]["build"]["hidden"]) for each in found[:4]
    ]
    assert told == [(1, [4]), (1, [8]), (2, [4]), (2, [8])]


def test_a_sweep_without_values_takes_the_families_as_they_are():
    sweep = Sweep(title="t", families=["a"], seeds=[0, 1])
    (only,) = variants(sweep, {"a": FAMILY}, "sweeps.t")
    assert only == {"family": "a", "values": {}, "params": FAMILY.model_dump()}


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
