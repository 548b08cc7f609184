"""Who is better than whom, and how sure that is: families compared on the same test rows."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from statsmodels.stats.multitest import multipletests

CONFIDENCE = 0.95


def compare_pairs(right: pd.DataFrame) -> pd.DataFrame:
    """A line for each pair of the columns of `right`, booleans (rows, two families or more).

    `only_first`, `only_second`: rows that one alone has right. `p`: McNemar's exact test; `p_holm`
    the same, corrected for all pairs (Holm). `difference`: accuracy of the first less the second's,
    from `low` to `high`, at the level that the correction leaves to the pair: these hold 0 just
    where `p_holm` is not below 0.05.
    """
    pairs = pd.DataFrame(combinations(right, 2), columns=["first", "second"])
    sides = [(right[a], right[b]) for a, b in combinations(right, 2)]
    pairs["only_first"] = [(first & ~second).sum() for first, second in sides]
    pairs["only_second"] = [(second & ~first).sum() for first, second in sides]
    counts = list(zip(pairs["only_first"], pairs["only_second"], strict=True))
    pairs["p"] = [exact_p(*each) for each in counts]
    pairs["p_holm"] = holm(pairs["p"])
    pairs["difference"] = (pairs["only_first"] - pairs["only_second"]) / len(right)
    alphas = (1 - CONFIDENCE) * pairs["p"] / pairs["p_holm"]
    pairs[["low", "high"]] = [
        interval_of_pairs(*each, len(right), alpha)
        for each, alpha in zip(counts, alphas, strict=True)
    ]
    return pairs


def exact_p(more: int, less: int) -> float:
    """McNemar's exact test of how many rows one side alone has right, and how many the other."""
    return binomtest(more, more + less).pvalue if more + less else 1.0


def interval_of_pairs(more: int, less: int, rows: int, alpha: float) -> tuple[float, float]:
    """The interval of the difference of two accuracies on the same `rows` that belongs to McNemar's
    exact test: Clopper and Pearson's, of the rows that one side alone has right. It holds 0 just
    where the test's p is not below `alpha`."""
    if not more + less:
        return 0.0, 0.0
    shares = binomtest(more, more + less).proportion_ci(1 - alpha, method="exact")
    return tuple((2 * share - 1) * (more + less) / rows for share in shares)


def against_leader(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs of the leader, whom `pairs` name first of all, a line for each other `family`:
    `tied` where the two are not told apart, `ahead` where it is the family that is better."""
    names = {"second": "family", "only_first": "only_leader", "only_second": "only_family"}
    mine = pairs[pairs["first"] == pairs["first"][0]].drop(columns="first").rename(columns=names)
    tied = mine["p_holm"] >= 1 - CONFIDENCE
    return mine.assign(tied=tied, ahead=~tied & (mine["difference"] < 0))


def least_seen(comparisons: int) -> int:
    """How many rows one side alone must have right for the test, corrected for so many comparisons,
    to tell the two apart, where the other side has none."""
    return 1 + int(np.floor(np.log2(comparisons / (1 - CONFIDENCE)) + 1))


def holm(p_values: pd.Series) -> np.ndarray:
    """The p-values, corrected so that one false alarm among them all is as rare as in one test."""
    return multipletests(p_values, method="holm")[1] if len(p_values) else np.ones(0)
