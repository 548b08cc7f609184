from stages.experiments.plan import combinations
from stages.experiments.schema import Sweep


def test_every_family_with_every_combination_of_values_and_each_seed():
    sweep = Sweep(title="t", families=["a", "b"], set={"x": [1, 2], "y": [[4], [8]]}, seeds=[0, 5])
    found = combinations(sweep)
    assert [family for family, _, _ in found] == ["a"] * 8 + ["b"] * 8
    assert [(each["x"], each["y"], seed) for _, each, seed in found[:8]] == [
        (1, [4], 0),
        (1, [4], 5),
        (1, [8], 0),
        (1, [8], 5),
        (2, [4], 0),
        (2, [4], 5),
        (2, [8], 0),
        (2, [8], 5),
    ]


def test_a_sweep_without_values_takes_the_families_as_they_are():
    assert combinations(Sweep(title="t", families=["a"], seeds=[0])) == [("a", {}, 0)]
