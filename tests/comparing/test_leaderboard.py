import pandas as pd
import pytest

from stages.comparing.leaderboard import CHOICES, COSTS, Ranking, cost_table, leaderboard


def of(validation, test):
    return {"validation": {"accuracy": validation}, "test": {"accuracy": test}}


def test_validation_ranks_and_test_does_not():
    table = leaderboard({"a": of(0.8, 0.99), "b": of(0.9, 0.5), "c": of(0.8, 0.1)})
    assert table["family"].tolist() == ["b", "a", "c"]
    assert table["rank"].tolist() == [1, 2, 2]
    assert table["test_accuracy"].tolist() == [0.5, 0.99, 0.1]


def test_equals_share_a_rank_and_come_by_their_log_loss():
    scores = {name: of(0.9, 0.9) for name in "abcd"} | {"best": of(0.95, 0.1)}
    for name, loss in (("b", 0.2), ("c", 0.1), ("best", 9)):
        scores[name]["validation"]["log_loss"] = loss
    table = leaderboard(scores)
    assert table["family"].tolist() == ["best", "c", "b", "a", "d"]
    assert table["rank"].tolist() == [1, 2, 2, 2, 2]


def test_where_classes_are_uneven_the_mean_over_classes_ranks():
    scores = {"dummy": of(0.99, 0.99), "tree": of(0.98, 0.98)}
    scores["dummy"]["validation"] |= {"recall": 0.1, "f1": 0.1}
    scores["tree"]["validation"] |= {"recall": 0.4, "f1": 0.39}
    first = {by: leaderboard(scores, Ranking(by))["family"][0] for by in CHOICES}
    assert first == {"accuracy": "dummy", "balanced_accuracy": "tree", "macro_f1": "tree"}


def test_who_has_several_seeds_is_ranked_by_their_mean():
    scores = {"a": of(0.95, 0.9), "b": of(0.94, 0.9), "c": of(0.96, 0.9)}
    scores["c"]["validation"]["accuracy_mean"] = 0.93
    table = leaderboard(scores)
    assert table["family"].tolist() == ["a", "b", "c"]
    assert table["ranked_value"].tolist() == [0.95, 0.94, 0.93]


@pytest.mark.parametrize(("weight", "order"), [(0, "bac"), (0.1, "bac"), (0.5, "abc"), (1, "acb")])
def test_corrupted_images_count_as_much_as_they_are_to(weight, order):
    scores = {"a": of(0.90, 0.9), "b": of(0.99, 0.9), "c": of(0.80, 0.9), "ensemble": of(1, 1)}
    for name, value in (("a", 0.8), ("b", 0.5), ("c", 0.6)):
        scores[name]["validation"]["robustness"] = value
    table = leaderboard(scores, Ranking(robustness=weight))
    # Nobody asked the ensemble about them.
    expected = [*order, "ensemble"] if weight else ["ensemble", *order]
    assert table["family"].tolist() == expected
    assert table["rank"].tolist() == [1, 2, 3, 4]


def test_a_metric_that_a_family_lacks_is_empty():
    scores = {"a": of(0.8, 0.9), "b": of(0.7, 0.6)}
    scores["a"]["test"]["log_loss"] = 0.1
    table = leaderboard(scores)
    assert table["test_log_loss"].isna().tolist() == [False, True]


# b is dearer and worse than a; c is best and dearest; d says no parameters.
FAMILIES = pd.DataFrame(
    {
        "test_accuracy": [0.95, 0.94, 0.99, 0.90],
        "seconds": [2.0, 3.0, 9.0, 2.0],
        "peak_memory_mb": [5, 5, 5, 5],
        "digits_per_second": [100, 900, 50, 100],
        "size_mb": [1.0, 1.0, 1.0, 1.0],
        "milliseconds_per_digit": [1.0, 1.0, 1.0, 1.0],
        "parameters": [10, 10, 99, None],
    },
    list("abcd"),
)


@pytest.mark.parametrize(
    ("cost", "front"),
    [
        ("seconds", "ac"),
        ("peak_memory_mb", "c"),  # of equal costs the most accurate
        ("digits_per_second", "abc"),  # more is better
        ("parameters", "ac"),  # an unknown cost is on no front
    ],
)
def test_on_the_front_is_whom_nobody_beats_at_both(cost, front):
    lines = FAMILIES.to_dict("index")
    scores = {name: of(0, line["test_accuracy"]) for name, line in lines.items()}
    costs = FAMILIES.drop(columns=["test_accuracy", "parameters"]).to_dict("index")
    fits = {name: {"parameters": lines[name]["parameters"], "costs": costs[name]} for name in lines}
    table = cost_table(list(lines), scores, fits)
    assert "".join(table["family"][table[f"{cost}_front"]]) == front
    assert {f"{each.column}_front" for each in COSTS} <= set(table)
    pd.testing.assert_frame_equal(
        table.set_index("family")[FAMILIES.columns], FAMILIES, check_names=False
    )
