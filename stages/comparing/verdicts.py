"""Whether each family has become better or worse from one state of the project to another."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep

from stages.comparing.significance import CONFIDENCE, exact_p, holm, interval_of_pairs

BETTER, WORSE, SAME, UNCLEAR = "better", "worse", "unchanged", "no significant difference"
VERDICTS = [WORSE, BETTER, UNCLEAR, SAME]  # the weightiest first
PAIRED, UNPAIRED = "McNemar", "Fisher"
Scores = dict[str, dict[str, dict[str, float]]]  # {family: {split: {metric: value}}}
Rights = dict[str, np.ndarray]  # {family: which test rows it has right, booleans (n,)}


def judge(before: Scores, after: Scores, rights: tuple[Rights, Rights], count: int) -> pd.DataFrame:
    """A line for each family that both have: `family`, `verdict`, `test`, accuracies `before` and
    `after`, their `difference` from `low` to `high`, `p` and `p_holm`.

    `rights`, before and after, are of the families whose predictions are at hand; these are tested
    in pairs (McNemar), the others as two samples of `count` test images (Fisher). Holm's correction
    is over the families whose answers differ: the others can raise no false alarm. Intervals are at
    the level that it leaves.
    """
    lines = []
    for name in (name for name in after if name in before):
        old, new = before[name]["test"], after[name]["test"]
        line = {"family": name, "before": old["accuracy"], "after": new["accuracy"], "test": ""}
        line |= {"more": 0, "less": 0, "p": 1.0}
        if all(name in side for side in rights):
            line |= _paired(*(side[name] for side in rights))
        elif any(old[key] != new[key] for key in old.keys() & new.keys()):
            line |= _unpaired(old["accuracy"], new["accuracy"], count)
        lines.append(line)
    columns = ["family", "before", "after", "test", "more", "less", "p"]
    return _with_verdicts(pd.DataFrame(lines, columns=columns), count)


def interval_of_change(
    before: float, after: float, count: int, alpha: float = 1 - CONFIDENCE
) -> tuple[float, float]:
    """Newcombe's interval of after - before, two shares of `count` images: it joins the Wilson
    intervals of both."""
    right = [round(share * count) for share in (after, before)]
    return confint_proportions_2indep(
        right[0], count, right[1], count, method="newcomb", alpha=alpha
    )


def _with_verdicts(table: pd.DataFrame, count: int) -> pd.DataFrame:
    """Holm's correction is over the families whose answers differ, whatever their test."""
    tested = table["test"] != ""
    table["difference"], table["low"], table["high"], table["p_holm"] = 0.0, 0.0, 0.0, 1.0
    table.loc[tested, "p_holm"] = holm(table.loc[tested, "p"])
    for line in table[tested].itertuples():
        alpha = (1 - CONFIDENCE) * line.p / line.p_holm
        if line.test == PAIRED:
            found = interval_of_pairs(line.more, line.less, count, alpha)
        else:
            found = interval_of_change(line.before, line.after, count, alpha)
        table.loc[line.Index, ["low", "high"]] = found
        table.loc[line.Index, "difference"] = (
            (line.more - line.less) / count if line.test == PAIRED else line.after - line.before
        )
    sure, change = table["p_holm"] < 1 - CONFIDENCE, table["difference"]
    cases = {SAME: ~tested, BETTER: sure & (change > 0), WORSE: sure & (change < 0)}
    return table.assign(verdict=np.select(list(cases.values()), list(cases), UNCLEAR))


def _paired(old: np.ndarray, new: np.ndarray) -> dict[str, Any]:
    """McNemar's exact test of which rows each side has right; nothing where these are the same."""
    more, less = int((new & ~old).sum()), int((old & ~new).sum())
    if not more + less:
        return {}
    return {"test": PAIRED, "more": more, "less": less, "p": exact_p(more, less)}


def _unpaired(before: float, after: float, count: int) -> dict[str, Any]:
    """Fisher's exact test of the accuracies, as of two samples of test images."""
    right = [round(share * count) for share in (after, before)]
    p = fisher_exact([[each, count - each] for each in right]).pvalue
    return {"test": UNPAIRED, "p": p}
