import numpy as np
import pytest
from scipy.stats import binomtest, fisher_exact

from stages.comparing.verdicts import interval_of_change, judge

SAME, UNCLEAR = "unchanged", "no significant difference"
ROWS = 1000
RNG = np.random.default_rng(0)
OLD = RNG.random(ROWS) < 0.9
NO_RIGHTS = ({}, {})


def flipped(right, lost=0, won=0):
    """`right` with so many rights lost and so many wrongs won."""
    new = right.copy()
    new[np.flatnonzero(right)[:lost]] = False
    new[np.flatnonzero(~right)[:won]] = True
    return new


AFTER = {
    "same": OLD,
    "lost": flipped(OLD, lost=30, won=2),
    "won": flipped(OLD, lost=2, won=30),
    "moved": flipped(OLD, lost=8, won=6),
}
BEFORE = dict.fromkeys(AFTER, OLD)


def scores(rights):
    return {name: {"test": {"accuracy": float(each.mean())}} for name, each in rights.items()}


def judged(before, after, rights=None):
    """{family: its line} of `judge`, with the predictions of both sides unless said."""
    table = judge(scores(before), scores(after), rights or (before, after), ROWS)
    return table.set_index("family").to_dict("index")


def test_with_both_predictions_it_is_mcnemars_exact_test():
    lines = judged(BEFORE, AFTER)
    words = {name: line["verdict"] for name, line in lines.items()}
    assert words == {"same": SAME, "lost": "worse", "won": "better", "moved": UNCLEAR}
    lost, moved = binomtest(2, 32).pvalue, binomtest(6, 14).pvalue
    assert (lines["lost"]["p"], lines["moved"]["p"]) == pytest.approx((lost, moved))
    # Holm counts the families that changed and no others.
    holm = [lines[name]["p_holm"] for name in ("same", "lost", "moved")]
    assert holm == pytest.approx([1, 3 * lost, moved])
    assert {lines[name]["test"] for name in ("lost", "won", "moved")} == {"McNemar"}
    assert lines["lost"]["difference"] == pytest.approx(-0.028)
    assert lines["lost"]["low"] < -0.028 < lines["lost"]["high"] < 0


def test_holm_withdraws_what_one_test_alone_would_call_worse():
    alone = {"a": flipped(OLD, lost=12, won=3)}
    assert judged({"a": OLD}, alone)["a"]["verdict"] == "worse"
    many = alone | {name: flipped(OLD, lost=3, won=2) for name in "bcdefg"}
    lines = judged(dict.fromkeys(many, OLD), many)
    assert {line["verdict"] for line in lines.values()} == {UNCLEAR}
    assert lines["a"]["high"] > 0  # the interval is withdrawn with the verdict


def test_without_predictions_it_is_fishers_test_of_the_two_accuracies():
    lines = judged(BEFORE, AFTER, NO_RIGHTS)
    right = [int(AFTER["lost"].sum()), int(OLD.sum())]
    p = fisher_exact([[each, ROWS - each] for each in right]).pvalue
    assert lines["lost"]["p"] == pytest.approx(p)
    assert lines["lost"]["test"] == "Fisher"
    assert lines["same"]["verdict"] == SAME
    # What the pairs can tell apart, the two accuracies cannot.
    assert lines["lost"]["verdict"] == UNCLEAR


def test_a_family_without_predictions_on_one_side_is_tested_unpaired():
    before = {name: each for name, each in BEFORE.items() if name != "lost"}
    lines = judged(BEFORE, AFTER, (before, AFTER))
    assert lines["lost"]["test"] == "Fisher"
    assert lines["won"]["test"] == "McNemar"


def test_metrics_that_only_one_side_knows_are_no_change():
    old, new = scores({"a": OLD}), scores({"a": OLD})
    new["a"]["test"]["log_loss"] = 0.1
    assert judge(old, new, NO_RIGHTS, ROWS)["verdict"].tolist() == [SAME]
    old["a"]["test"]["log_loss"] = 0.2
    assert judge(old, new, NO_RIGHTS, ROWS)["verdict"].tolist() == [UNCLEAR]


def test_what_one_side_lacks_has_no_verdict():
    assert list(judged({"a": OLD, "b": OLD}, {"b": OLD, "c": OLD})) == ["b"]
    assert judge({}, {}, NO_RIGHTS, 0).empty


def test_newcombes_interval_joins_the_two_wilson_intervals():
    before, after, count = 0.90, 0.93, 1000
    old, new = (binomtest(right, count).proportion_ci(method="wilson") for right in (900, 930))
    low = after - before - np.hypot(after - new.low, old.high - before)
    high = after - before + np.hypot(new.high - after, before - old.low)
    assert interval_of_change(before, after, count) == pytest.approx((low, high))
