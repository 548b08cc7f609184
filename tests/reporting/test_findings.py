import numpy as np
import pandas as pd
import pytest

from stages.reporting.findings import (
    believable,
    cheapest,
    fragile,
    joined,
    missed,
    sturdy,
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


def damaged(clean, blur, shift):
    return pd.DataFrame(
        {
            "corruption": ["none", "blur", "blur", "shift"],
            "strength": [0, 1, 2, 3],
            "accuracy": [clean, 0.9, blur, shift],
            "digits": 2000,
        }
    )


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
        (LEADER, 3.0, "Of these, b was fitted in 3 s, a in 58 s."),
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
    assert "Of 10,000 test images, 7,000 are missed by none of the 3" in told
    assert told.endswith("4 by all of them; 3 only one has right (a 2, c 1).")
    assert missed(counts, alone.assign(digits=0)).endswith("4 by all of them.")


@pytest.mark.parametrize(
    ("blur", "shift", "told"),
    [
        (
            0.5,
            0.4,
            "Shift hurts a most: 99.0 % of the 2,000 images of the sample are right as they ",
        ),
        (0.41, 0.4, "Blur and shift hurt a most: 99.0 % of "),
    ],
)
def test_what_hurts_the_leader_most_at_its_strongest(blur, shift, told):
    found = fragile({"a": damaged(0.99, blur, shift), "b": damaged(0.9, 0.1, 0.1)}, "a")
    assert found.startswith(told)
    assert f"are, 40.0 % at {'its' if 'Shift' in found else 'their'} strongest." in found


def test_who_stands_damage_best_and_who_is_the_last_above_half():
    a, b, c = damaged(1, 0.8, 0.7), damaged(1, 0.6, 0.3), damaged(1, 0, 0)
    told = sturdy({"a": a, "b": b, "c": c})
    assert told.startswith("a stands the corruptions best: 80.0 % of the images")
    assert told.endswith("b is the last with more than half right, 60.0 %.")
    told = sturdy({"c": c, "d": damaged(1, 0.1, 0.1)})
    assert told.endswith("right in the mean over all of them.")
    near = damaged(1, 0.8, 0.69)
    assert sturdy({"c": c, "n": near, "a": a}).startswith("a and n stand the corruptions best: 80")


def test_nothing_is_said_of_what_was_not_tried():
    clean = {"a": damaged(1, 1, 1)[:1]}
    assert fragile(clean, "a") == sturdy(clean) == ""


def bins(off):
    """1,000 answers, half of them with 0.7, half with 0.9, of which so many more are wrong."""
    said = np.array([0.7, 0.9])
    return pd.DataFrame({"confidence": said, "accuracy": said - off, "count": 500})


def test_probabilities_are_right_as_far_as_chance_allows():
    found = {"a": bins(0.01), "b": bins(0.2), "c": bins(0)[:0], "d": bins(0.5)}
    told = believable(found, {"a", "b", "c"})
    start = "The probabilities of a are right, as far as the images can tell; those of b are off by"
    assert told.startswith(f"{start} 0.2000 in the mean, where chance alone gives less than 0.0")
    assert believable({"a": bins(0.01)}, {"a"}).endswith("as far as the images can tell.")
    assert believable({"b": bins(0.2)}, {"b"}).startswith("The probabilities of b are off")
    assert believable({"c": bins(0)[:0]}, {"c"}) == ""
