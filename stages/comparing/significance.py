"""Who is better than whom, and how sure that is: families compared on the same test rows."""

from itertools import combinations

import numpy as np
import pandas as pd
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

RESAMPLES = 10_000
CONFIDENCE = 0.95
BATCH = 500  # resamples drawn at once


def compare_pairs(right: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """A line for each pair of the columns of `right`, booleans (rows, two families or more).

    `only_first`, `only_second`: rows that one alone has right. `p`: McNemar's exact test; `p_holm`
    the same, corrected for all pairs. `difference`: accuracy of the first less the second's, from
    `low` to `high` by the bootstrap (95 %).
    """
    accuracies = bootstrap_accuracies(right.to_numpy(), seed)
    ends = [50 * (1 - CONFIDENCE), 50 * (1 + CONFIDENCE)]
    lines = []
    for (i, first), (j, second) in combinations(enumerate(right.columns), 2):
        a, b = right[first].to_numpy(), right[second].to_numpy()
        table = [[(a & b).sum(), (a & ~b).sum()], [(~a & b).sum(), (~a & ~b).sum()]]
        low, high = np.percentile(accuracies[:, i] - accuracies[:, j], ends)
        lines.append(
            {
                "first": first,
                "second": second,
                "only_first": table[0][1],
                "only_second": table[1][0],
                "p": mcnemar(table, exact=True).pvalue,
                "difference": a.mean() - b.mean(),
                "low": low,
                "high": high,
            }
        )
    pairs = pd.DataFrame(lines)
    pairs.insert(5, "p_holm", holm(pairs["p"]))
    return pairs


def against_leader(pairs: pd.DataFrame, leader: str) -> pd.DataFrame:
    """The leader's pairs, a line for each other `family`; `p_holm` is corrected for these alone,
    and `tied` says that it leaves the two undistinguished."""
    mine = pairs[(pairs["first"] == leader) | (pairs["second"] == leader)].copy()
    flip = mine["second"] == leader
    mine["family"] = mine["second"].where(~flip, mine["first"])
    swap = {"only_first": "only_second", "only_second": "only_first"}
    mine.loc[flip, list(swap)] = mine.loc[flip, list(swap.values())].to_numpy()
    mine.loc[flip, "difference"] *= -1
    mine.loc[flip, ["low", "high"]] = -mine.loc[flip, ["high", "low"]].to_numpy()
    mine["p_holm"] = holm(mine["p"])
    mine["tied"] = mine["p_holm"] >= 1 - CONFIDENCE
    mine = mine.rename(columns={"only_first": "only_leader", "only_second": "only_family"})
    kept = ["family", "only_leader", "only_family", "p", "p_holm", "difference", "low", "high"]
    return mine[[*kept, "tied"]].reset_index(drop=True)


def holm(p_values: pd.Series) -> np.ndarray:
    """The p-values, corrected so that one false alarm among them all is as rare as in one test."""
    return multipletests(p_values, method="holm")[1]


def bootstrap_accuracies(right: np.ndarray, seed: int) -> np.ndarray:
    """Accuracies (resamples, families) on rows drawn with replacement, the same for all families:
    their differences are those of the paired bootstrap.

    Rows that the same families have right are alike, so what is drawn is how many of each kind.
    """
    rng, count = np.random.default_rng(seed), len(right)
    kinds, counts = np.unique(right, axis=0, return_counts=True)
    weights, parts = kinds.astype(np.float64), []
    for start in range(0, RESAMPLES, BATCH):
        size = min(BATCH, RESAMPLES - start)
        drawn = rng.multinomial(count, counts / count, size=size)
        parts.append(drawn @ weights / count)
    return np.concatenate(parts)
