"""Who is better than whom, and how sure that is: families compared on the same test rows."""

from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

RESAMPLES = 10_000
CONFIDENCE = 0.95
BATCH = 500  # resamples drawn at once; a divisor of their number


def compare_pairs(right: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """A line for each pair of the columns of `right`, booleans (rows, two families or more).

    `only_first`, `only_second`: rows that one alone has right. `p`: McNemar's exact test; `p_holm`
    the same, corrected for all pairs. `difference`: accuracy of the first less the second's, from
    `low` to `high` by the bootstrap (95 %).
    """
    accuracies = bootstrap_accuracies(right.to_numpy(), seed)
    ends = [50 * (1 - CONFIDENCE), 50 * (1 + CONFIDENCE)]
    lines = []
    for (i, first), (j, second) in combinations(enumerate(right), 2):
        a, b = right[first].to_numpy(), right[second].to_numpy()
        only = (a & ~b).sum(), (b & ~a).sum()
        p = mcnemar([[0, only[0]], [only[1], 0]], exact=True).pvalue
        interval = np.percentile(accuracies[:, i] - accuracies[:, j], ends)
        lines.append([first, second, *only, p, a.mean() - b.mean(), *interval])
    columns = ["first", "second", "only_first", "only_second", "p", "difference", "low", "high"]
    pairs = pd.DataFrame(lines, columns=columns)
    pairs.insert(5, "p_holm", holm(pairs["p"]))
    return pairs


def against_leader(pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs of the leader, whom `pairs` name first of all, a line for each other `family`;
    `p_holm` is corrected for these alone, and `tied` says that it leaves the two undistinguished.
    """
    names = {"second": "family", "only_first": "only_leader", "only_second": "only_family"}
    mine = pairs[pairs["first"] == pairs["first"][0]].drop(columns="first").rename(columns=names)
    corrected = holm(mine["p"])
    return mine.assign(p_holm=corrected, tied=corrected >= 1 - CONFIDENCE)


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
    draw = partial(rng.multinomial, count, counts / count, size=BATCH)
    batches = range(RESAMPLES // BATCH)
    return np.concatenate([draw() @ kinds.astype(np.float64) / count for _ in batches])
