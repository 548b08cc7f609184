import pandas as pd
import pytest

from stages.reporting.findings import believable, cheapest, fragile, missed, sturdy, told_apart

LEADER = pd.DataFrame({"family": ["ensemble", "b", "c", "d"], "tied": [True, True, False, False]})


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
    ("leader", "start", "end"),
    [
        (LEADER, "a cannot be told apart from b on the test images", "; told apart from it: 2."),
        (LEADER[:3], "a cannot be told apart from b on", "; told apart from it: c."),
        (LEADER.assign(tied=True), "a cannot be told apart from b, c and d on", "(Holm, 5 %))."),
        (LEADER.assign(tied=False), "a is better than every other family", "(Holm, 5 %)."),
    ],
)
def test_equals_are_named_but_the_ensemble(leader, start, end):
    told = told_apart({"leader": leader}, "a")
    assert told.startswith(start)
    assert told.endswith(end)


@pytest.mark.parametrize(
    ("leader", "seconds", "expected"),
    [
        (LEADER, 3.0, "Of these, b is fitted soonest, in 3 s against 58 s for a."),
        (LEADER, 90.0, "None of its equals is fitted sooner than a, in 58 s."),
        (LEADER.assign(tied=[True, False, False, False]), 3.0, ""),  # the ensemble is no news
    ],
)
def test_the_cheapest_of_the_equals(leader, seconds, expected):
    costs = {"a": {"seconds": 58}, "b": {"seconds": seconds}, "c": {"seconds": 1}}
    assert cheapest({"leader": leader, "costs": costs}, "a") == expected


def test_what_is_missed():
    counts = pd.DataFrame({"missed_by": [0, 1, 2, 3], "digits": [7000, 2993, 3, 4]})
    alone = pd.DataFrame({"family": ["a", "b", "c"], "digits": [2, 0, 1]})
    told = missed(counts, alone)
    assert "Of 10,000 test images, 7,000 are missed by none of the 3" in told
    assert told.endswith("4 by all of them; 3 only one has right (a 2, c 1).")
    assert missed(counts, alone.assign(digits=0)).endswith("4 by all of them.")


def test_what_hurts_the_leader_most_at_its_strongest():
    told = fragile({"a": damaged(0.99, 0.5, 0.4), "b": damaged(0.9, 0.1, 0.1)}, "a")
    assert told == (
        "Shift hurts a most: 99.0 % of the 2,000 images of the sample are right as they are, "
        "40.0 % at strength 3."
    )


def test_who_stands_damage_best_and_who_is_the_last_above_half():
    a, b, c = damaged(1, 0.8, 0.7), damaged(1, 0.6, 0.3), damaged(1, 0, 0)
    told = sturdy({"a": a, "b": b, "c": c})
    assert told.startswith("a stands the corruptions best: 80.0 % of the images")
    assert told.endswith("b is the last with more than half right, 60.0 %.")
    told = sturdy({"c": c, "d": damaged(1, 0.1, 0.1)})
    assert told.endswith("right in the mean over all of them.")


def test_nothing_is_said_of_what_was_not_tried():
    clean = {"a": damaged(1, 1, 1)[:1]}
    assert fragile(clean, "a") == sturdy(clean) == ""


def test_whose_probabilities_can_be_believed():
    scores = {name: {"test": {"ece": error}} for name, error in (("a", 0.01), ("b", 0.2))}
    told = believable(scores | {"c": {"test": {}}, "d": {"test": {"ece": 0.9}}}, ["a", "b", "c"])
    assert told == (
        "Probabilities can be believed most from a (expected calibration error 0.0100) and least "
        "from b (0.2000)."
    )
    assert believable({"c": {"test": {}}}, ["c"]) == ""
