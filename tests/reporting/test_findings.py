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


def test_equals_are_named_but_the_ensemble():
    told = told_apart({"leader": LEADER}, "a")
    assert told.startswith("a cannot be told apart from b on the test images")
    assert told.endswith("; told apart from it: 2.")
    assert told_apart({"leader": LEADER[:3]}, "a").endswith("; told apart from it: c.")


def test_a_leader_without_equals():
    alone = LEADER.assign(tied=False)
    assert told_apart({"leader": alone}, "a").startswith("a is better than every other family")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (3.0, "Of these, b is fitted soonest, in 3 s against 58 s for a."),
        (90.0, "None of its equals is fitted sooner than a, in 58 s."),
    ],
)
def test_the_cheapest_of_the_equals(seconds, expected):
    costs = {"a": {"seconds": 58}, "b": {"seconds": seconds}, "c": {"seconds": 1}}
    assert cheapest({"leader": LEADER, "costs": costs}, "a") == expected


def test_a_leader_whose_only_equal_is_the_ensemble_is_no_news():
    alone = LEADER.assign(tied=[True, False, False, False])
    assert cheapest({"leader": alone, "costs": {"a": {"seconds": 58}}}, "a") == ""


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
    tables = {"a": damaged(1, 0.8, 0.7), "b": damaged(1, 0.6, 0.3), "c": damaged(1, 0, 0)}
    told = sturdy(tables)
    assert told.startswith("a stands the corruptions best: 80.0 % of the images")
    assert told.endswith("b is the last with more than half right, 60.0 %.")


def test_where_nobody_stands_half_of_it_none_is_the_last():
    told = sturdy({"a": damaged(1, 0.1, 0.1), "b": damaged(1, 0, 0)})
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
