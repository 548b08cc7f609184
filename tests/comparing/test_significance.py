from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from stages.comparing.significance import (
    against_leader,
    compare_pairs,
    exact_p,
    interval_of_pairs,
    least_seen,
)


@pytest.fixture(scope="module")
def right():
    """Which of 2,000 rows four families have right: two alike, one worse, one far worse."""
    rng = np.random.default_rng(0)
    best = rng.random(2000) < 0.97
    return pd.DataFrame(
        {
            "best": best,
            "twin": best ^ (rng.random(2000) < 0.002),
            "worse": best & (rng.random(2000) < 0.98),
            "poor": rng.random(2000) < 0.8,
        }
    )


@pytest.fixture(scope="module")
def pairs(right):
    return compare_pairs(right)


def test_mcnemar_is_the_binomial_test_of_the_rows_that_differ(right, pairs):
    assert list(zip(pairs["first"], pairs["second"], strict=True)) == [*combinations(right, 2)]
    for line in pairs.itertuples():
        first, second = right[line.first], right[line.second]
        only = int((first & ~second).sum()), int((second & ~first).sum())
        assert (line.only_first, line.only_second) == only
        assert line.p == pytest.approx(binomtest(only[0], sum(only)).pvalue)
        assert line.difference == pytest.approx(first.mean() - second.mean())


def test_holm_by_hand(pairs):
    ordered = pairs.sort_values("p")
    factors = np.arange(len(pairs), 0, -1)
    by_hand = np.minimum(np.maximum.accumulate(ordered["p"] * factors), 1)
    assert ordered["p_holm"].to_numpy() == pytest.approx(by_hand.to_numpy())


def test_an_interval_holds_0_just_where_the_corrected_test_does_not_tell(pairs):
    told = pairs["p_holm"] < 0.05
    assert (told == ((pairs["low"] > 0) | (pairs["high"] < 0))).all()
    assert told.any()
    assert not told.all()
    assert (pairs["low"] <= pairs["difference"]).all()
    assert (pairs["difference"] <= pairs["high"]).all()


@pytest.mark.parametrize("more", range(21))
def test_an_interval_is_clopper_and_pearsons_of_the_rows_that_differ(more):
    p = exact_p(more, 20 - more)
    for alpha in (0.05, 0.05 / 325):
        low, high = interval_of_pairs(more, 20 - more, 1000, alpha)
        shares = proportion_confint(more, 20, alpha, "beta")
        assert (low, high) == pytest.approx([(2 * share - 1) * 20 / 1000 for share in shares])
        assert (p < alpha) == (low > 0 or high < 0)


@pytest.mark.parametrize("comparisons", [1, 2, 8, 25, 325])
def test_fewer_rows_than_the_least_that_is_seen_tell_nothing(comparisons):
    least = least_seen(comparisons)
    assert exact_p(least, 0) * comparisons < 0.05 <= exact_p(least - 1, 0) * comparisons


def test_the_leaders_pairs_say_who_is_worse_and_who_is_ahead(right, pairs):
    table = against_leader(pairs).set_index("family")
    assert table["tied"].to_dict() == {"twin": True, "worse": False, "poor": False}
    assert not table["ahead"].any()
    assert table["p_holm"].tolist() == pairs["p_holm"][:3].tolist()
    last_first = against_leader(compare_pairs(right[["poor", "best", "worse"]]))
    assert (last_first["ahead"].tolist(), last_first["tied"].any()) == ([True, True], False)
    for name, line in table.iterrows():
        assert line["only_leader"] == (right["best"] & ~right[name]).sum()
        assert line["only_family"] == (right[name] & ~right["best"]).sum()
        assert line["difference"] == pytest.approx(right["best"].mean() - right[name].mean())
        assert line["low"] <= line["difference"] <= line["high"]


def test_families_that_agree_on_every_row_are_tied():
    same = pd.DataFrame({"a": [True, False, True], "b": [True, False, True]})
    (line,) = compare_pairs(same).itertuples()
    assert (line.p, line.p_holm, line.difference, line.low, line.high) == (1, 1, 0, 0, 0)
