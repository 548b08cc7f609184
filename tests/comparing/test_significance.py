from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, bootstrap
from statsmodels.stats.multitest import multipletests

from stages.comparing.significance import against_leader, bootstrap_accuracies, compare_pairs


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


def test_intervals_are_those_of_scipys_paired_bootstrap(right, pairs):
    for line in pairs.itertuples():
        found = bootstrap(
            right[[line.first, line.second]].to_numpy(float).T,
            lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
            paired=True,
            vectorized=True,
            n_resamples=2000,
            method="percentile",
            rng=np.random.default_rng(1),
        ).confidence_interval
        width = found.high - found.low
        assert line.low == pytest.approx(found.low, abs=0.15 * width + 1e-4)
        assert line.high == pytest.approx(found.high, abs=0.15 * width + 1e-4)


def test_the_same_seed_draws_the_same_rows(right):
    first, second, other = (bootstrap_accuracies(right.to_numpy(), seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)
    assert first.shape == (10_000, 4)
    assert first.mean(axis=0) == pytest.approx(right.mean().to_numpy(), abs=0.001)


def test_the_leaders_pairs_are_corrected_for_these_alone(right, pairs):
    table = against_leader(pairs).set_index("family")
    assert table["tied"].to_dict() == {"twin": True, "worse": False, "poor": False}
    corrected = multipletests(table["p"], method="holm")[1]
    assert table["p_holm"].to_numpy() == pytest.approx(corrected)
    for name, line in table.iterrows():
        assert line["only_leader"] == (right["best"] & ~right[name]).sum()
        assert line["only_family"] == (right[name] & ~right["best"]).sum()
        assert line["difference"] == pytest.approx(right["best"].mean() - right[name].mean())
        assert line["low"] <= line["difference"] <= line["high"]


def test_families_that_agree_on_every_row_are_tied():
    same = pd.DataFrame({"a": [True, False, True], "b": [True, False, True]})
    (line,) = compare_pairs(same).itertuples()
    assert (line.p, line.p_holm, line.difference, line.low, line.high) == (1, 1, 0, 0, 0)
