"""Whether each family has become better or worse from one state of the project to another."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep

from stages.comparing.significance import CONFIDENCE, compare_pairs, holm

BETTER, WORSE, SAME, UNCLEAR = "better", "worse", "unchanged", "no significant difference"
VERDICTS = [WORSE, BETTER, UNCLEAR, SAME]  # the weightiest first
PAIRED, UNPAIRED = "McNemar", "Fisher"
KEYS = ["difference", "low", "high", "p"]
Scores = dict[str, dict[str, dict[str, float]]]  # {family: {split: {metric: value}}}
Rights = dict[str, np.ndarray]  # {family: which test rows it has right, booleans (n,)}


def judge(before: Scores, after: Scores, rights: tuple[Rights, Rights], count: int) -> pd.DataFrame:
    """A line for each family that both have: `family`, `verdict`, `test`, accuracies `before` and
    `after`, their `difference` with its 95 % interval `low` to `high`, `p` and `p_holm`.

    `rights`, before and after, are of the families whose predictions are at hand; these are tested
    in pairs (McNemar), the others as two samples of `count` test images (Fisher). Holm's correction
    is over the families whose answers differ: the others can raise no false alarm.
    """
    lines = []
    for name in (name for name in after if name in before):
        old, new = before[name]["test"], after[name]["test"]
        line = {"family": name, "before": old["accuracy"], "after": new["accuracy"], "test": ""}
        line |= {"difference": 0.0, "low": 0.0, "high": 0.0, "p": 1.0}
        if all(name in side for side in rights):
            if not np.array_equal(rights[0][name], rights[1][name]):
                line["test"] = PAIRED
        elif any(old[key] != new[key] for key in old.keys() & new.keys()):
            line |= _unpaired(old["accuracy"], new["accuracy"], count)
        lines.append(line)
    table = pd.DataFrame(lines, columns=["family", "before", "after", "test", *KEYS])
    paired = table["test"] == PAIRED
    if paired.any():
        table.loc[paired, KEYS] = _paired(table.loc[paired, "family"], rights)
    return _with_verdicts(table)


def interval_of_change(before: float, after: float, count: int) -> tuple[float, float]:
    """Newcombe's 95 % interval of after - before, two shares of `count` images: it joins the
    Wilson intervals of both."""
    right = [round(share * count) for share in (after, before)]
    return confint_proportions_2indep(right[0], count, right[1], count, method="newcomb")


def _with_verdicts(table: pd.DataFrame) -> pd.DataFrame:
    tested = table["test"] != ""
    table["p_holm"] = 1.0
    if tested.any():
        table.loc[tested, "p_holm"] = holm(table.loc[tested, "p"])
    sure, change = table["p_holm"] < 1 - CONFIDENCE, table["difference"]
    cases = {SAME: ~tested, BETTER: sure & (change > 0), WORSE: sure & (change < 0)}
    return table.assign(verdict=np.select(list(cases.values()), list(cases), UNCLEAR))


def _paired(names: pd.Series, rights: tuple[Rights, Rights]) -> np.ndarray:
    """McNemar's exact test and the paired bootstrap (n, 4), of all on the same resamples."""
    sides = [pd.DataFrame({name: side[name] for name in names}) for side in rights]
    right = sides[1].add_prefix("after ").join(sides[0].add_prefix("before "))
    pairs = compare_pairs(right).set_index(["first", "second"])
    return pairs.loc[[(f"after {name}", f"before {name}") for name in names], KEYS].to_numpy()


def _unpaired(before: float, after: float, count: int) -> dict[str, Any]:
    """Fisher's exact test of the accuracies, as of two samples of test images."""
    right = [round(share * count) for share in (after, before)]
    low, high = interval_of_change(before, after, count)
    p = fisher_exact([[each, count - each] for each in right]).pvalue
    return {"test": UNPAIRED, "difference": after - before, "low": low, "high": high, "p": p}
