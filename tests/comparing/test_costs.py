import pytest

from stages.comparing.costs import COSTS, cost_table

SPEED = {"size_mb": 1.0, "milliseconds_per_digit": 1.0}


@pytest.fixture
def table():
    """Four families: b is dearer and worse than a; c is best and dearest; d says no parameters."""
    accuracy = {"a": 0.95, "b": 0.94, "c": 0.99, "d": 0.90}
    seconds = {"a": 2.0, "b": 3.0, "c": 9.0, "d": 2.0}
    parameters = {"a": 10, "b": 10, "c": 99, "d": None}
    rate = {"a": 100, "b": 900, "c": 50, "d": 100}
    table = cost_table(
        list("abcd"),
        {name: {"test": {"accuracy": value}} for name, value in accuracy.items()},
        {
            name: {
                "parameters": parameters[name],
                "costs": SPEED
                | {"seconds": value, "peak_memory_mb": 5, "digits_per_second": rate[name]},
            }
            for name, value in seconds.items()
        },
    )
    return table.set_index("family")


def test_the_front_is_what_nobody_beats_at_both(table):
    assert table["seconds_front"].to_dict() == {"a": True, "b": False, "c": True, "d": False}


def test_of_equal_costs_the_most_accurate_is_on_the_front(table):
    assert table.index[table["peak_memory_mb_front"]].tolist() == ["c"]


def test_of_speed_more_is_better(table):
    assert table["digits_per_second_front"].to_dict() == {
        "a": True,
        "b": True,
        "c": True,
        "d": False,
    }


def test_an_unknown_cost_is_on_no_front(table):
    assert table["parameters_front"].to_dict() == {"a": True, "b": False, "c": True, "d": False}


def test_every_cost_has_its_front(table):
    assert {f"{cost.column}_front" for cost in COSTS} <= set(table.columns)
