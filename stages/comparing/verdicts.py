"""Whether each family has become better or worse between two revisions."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep

from stages.comparing.significance import CONFIDENCE, compare_pairs, holm
from stages.reporting.pages import p_value
from stages.review.recorded import Recorded

BETTER, WORSE, SAME, UNCLEAR = "better", "worse", "unchanged", "no significant difference"
VERDICTS = [WORSE, BETTER, UNCLEAR, SAME]  # the weightiest first
PAIRED, UNPAIRED = "McNemar", "Fisher"
Rights = dict[str, np.ndarray]


def judge(
    before: Recorded, after: Recorded, rights: tuple[Rights, Rights], why_not: str = ""
) -> pd.DataFrame:
    """A line for each family that both record: `family`, `verdict`, `test`, accuracies `before`
    and `after`, their `difference` with its 95 % interval `low` to `high`, `p` and `p_holm`.

    `rights`: which test rows are right, before and after, of the families whose predictions are
    at hand; these are tested in pairs (McNemar), the others as two samples (Fisher). Holm's
    correction is over the families whose answers differ: the others can raise no false alarm.
    """
    common = [] if why_not else [name for name in after.scores if name in before.scores]
    paired = {name for name in common if all(name in side for side in rights)}
    changed = [name for name in common if _differs(name, before, after, rights, name in paired)]
    tests = _paired([name for name in changed if name in paired], rights)
    for name in changed:
        if name not in paired:
            tests[name] = _unpaired(name, before, after)
    lines = [
        {
            "family": name,
            "before": before.scores[name]["test"]["accuracy"],
            "after": after.scores[name]["test"]["accuracy"],
        }
        | tests.get(name, {"test": "", "difference": 0.0, "low": 0.0, "high": 0.0, "p": 1.0})
        for name in common
    ]
    columns = ["family", "before", "after", "test", "difference", "low", "high", "p"]
    return _with_verdicts(pd.DataFrame(lines, columns=columns), changed)


def _with_verdicts(table: pd.DataFrame, changed: list[str]) -> pd.DataFrame:
    tested = table["family"].isin(changed)
    table["p_holm"] = 1.0
    if tested.any():
        table.loc[tested, "p_holm"] = holm(table.loc[tested, "p"])
    sure = table["p_holm"] < 1 - CONFIDENCE
    table["verdict"] = np.where(tested, UNCLEAR, SAME)
    table.loc[sure & (table["difference"] > 0), "verdict"] = BETTER
    table.loc[sure & (table["difference"] < 0), "verdict"] = WORSE
    return table


def _differs(
    name: str, before: Recorded, after: Recorded, rights: tuple[Rights, Rights], paired: bool
) -> bool:
    if paired:
        return not np.array_equal(rights[0][name], rights[1][name])
    old, new = (side.scores[name]["test"] for side in (before, after))
    return any(old[key] != new[key] for key in old.keys() & new.keys())


def _paired(names: list[str], rights: tuple[Rights, Rights]) -> dict[str, dict[str, Any]]:
    """McNemar's exact test and the paired bootstrap, of all families on the same resamples."""
    if not names:
        return {}
    right = pd.DataFrame(
        {
            f"{when} {name}": side[name]
            for when, side in enumerate(reversed(rights))
            for name in names
        }
    )
    pairs = compare_pairs(right).set_index(["first", "second"])
    keys = ["difference", "low", "high", "p"]
    return {
        name: {"test": PAIRED} | pairs.loc[(f"0 {name}", f"1 {name}"), keys].to_dict()
        for name in names
    }


def _unpaired(name: str, before: Recorded, after: Recorded) -> dict[str, Any]:
    """Fisher's exact test of the accuracies, as of two samples of test images."""
    count = after.dataset["test"]
    shares = [side.scores[name]["test"]["accuracy"] for side in (after, before)]
    right = [round(share * count) for share in shares]
    low, high = interval_of_change(*reversed(shares), count)
    p = fisher_exact([[each, count - each] for each in right]).pvalue
    difference = shares[0] - shares[1]
    return {"test": UNPAIRED, "difference": difference, "low": low, "high": high, "p": p}


def interval_of_change(before: float, after: float, count: int) -> tuple[float, float]:
    """Newcombe's 95 % interval of after - before, two shares of `count` images: it joins the
    Wilson intervals of both."""
    right = [round(share * count) for share in (after, before)]
    return confint_proportions_2indep(right[0], count, right[1], count, method="newcomb")


def regressions(verdicts: pd.DataFrame) -> list[str]:
    """One reason for each family that is significantly worse."""
    return [
        f"{line.family}: test accuracy {line.before} has become {line.after}, significantly worse "
        f"({line.test}'s exact test, p {p_value(line.p_holm)} after Holm's correction)"
        for line in verdicts[verdicts["verdict"] == WORSE].itertuples()
    ]
