import pandas as pd
import pytest

from stages.comparing.leaderboard import Ranking
from stages.reporting.findings import (
    cheapest,
    equals,
    joined,
    missed,
    told_apart,
)

LEADER = pd.DataFrame(
    {
        "family": ["ensemble", "b", "c", "d"],
        "tied": [True, True, False, False],
        "ahead": [False, False, False, False],
    }
)
AHEAD = LEADER.assign(tied=[False, True, False, False], ahead=[True, False, True, False])


@pytest.mark.parametrize(
    ("accuracies", "told"),
    [
        ({"ensemble": 0.9, "a": 0.9, "b": 0.8, "c": 0.7}, ""),  # the ensemble is no family
        ({"a": 0.9, "b": 0.9, "c": 0.9}, "a, b and c have the same validation accuracy; a stands"),
    ],
)
def test_who_shares_the_first_rank_is_told(accuracies, told):
    table = pd.DataFrame({"family": list(accuracies), "ranked_value": accuracies.values()})
    found = equals(table, "a", Ranking())
    assert found.startswith(told)
    assert bool(found) == bool(told)


@pytest.mark.parametrize(
    ("leader", "told", "end"),
    [
        (LEADER, "cannot be told apart from b, and is better than the other families", ""),
        (LEADER[:3], "cannot be told apart from b, and is better than the other family", ""),
        (LEADER.assign(tied=True), "cannot be told apart from b, c and d", ""),
        (LEADER.assign(tied=False), "is better than every other family", ""),
        (
            AHEAD,
            "cannot be told apart from b, and is worse than c, and is better than the other family",
            "; the ensemble is better than it",
        ),
        (
            AHEAD.drop(index=[1, 2]),
            "is better than every other family",
            "; the ensemble is better than it",
        ),
    ],
)
def test_equals_betters_and_others_are_told_and_the_ensemble_apart(leader, told, end):
    test = "(McNemar's exact test, corrected for all comparisons (Holm, 5 %))"
    assert told_apart(leader, "a") == f"On the test images a {told} {test}{end}."


@pytest.mark.parametrize(
    ("leader", "seconds", "expected"),
    [
        (LEADER, 3.0, "Of all these b took 3.0 s to be fitted, a 58 s."),
        (LEADER, 40.0, ""),  # a clock may say as much another time
        (LEADER.assign(tied=[True, False, False, False]), 3.0, ""),  # the ensemble is no news
    ],
)
def test_the_cheapest_of_the_equals(leader, seconds, expected):
    costs = {"a": {"seconds": 58}, "b": {"seconds": seconds}, "c": {"seconds": 1}}
    assert cheapest({"leader": leader, "costs": costs}, "a") == expected


def test_members_without_weight_are_named_as_left_out():
    told = joined({"a": 0.75, "b": 0.25, "c": 0.0, "d": 0.0})
    assert told.startswith("The weighted mean of the probabilities of 2 families, with weights")
    assert ": a 0.75, b 0.25. Left out, as they gain nothing there: c and d. " in told
    alone = joined({"a": 1.0})
    assert "of 1 family" in alone
    assert "Left out" not in alone


def test_what_is_missed():
    counts = pd.DataFrame({"missed_by": [0, 1, 2, 3], "digits": [7000, 2993, 3, 4]})
    alone = pd.DataFrame({"family": ["a", "b", "c"], "digits": [2, 0, 1]})
    told = missed(counts, alone)
    assert told.startswith("All of the 3 families (the ensemble counts as one; ")
    assert "are right on 7,000 of the 10,000 test images, and all are wrong on 4." in told
    assert told.endswith(" Only a single family is right on 3: a 2, c 1.")
    assert missed(counts, alone.assign(digits=0)).endswith("all are wrong on 4.")
