"""Tables that the report makes from what was measured."""

from typing import Any

import numpy as np
import pandas as pd

from stages.comparing.leaderboard import leaderboard
from stages.core.errors import UserError
from stages.core.params import require_one_of

SHOWN = 40  # classes of a confusion matrix that a page shows
REST = "(all others)"


def rank(measured: dict[str, Any]) -> pd.DataFrame:
    """The leaderboard of the families and the ensemble, with who is not told apart from the
    leader (`tied`), who is better than it (`ahead`), and McNemar's corrected p-value (`p_holm`; the
    leader has none)."""
    table = leaderboard(measured["scores"], measured["ranking"])
    table.insert(2, "framework", table["family"].map(measured["families"]).fillna("of several"))
    against = measured["leader"].set_index("family")
    table["p_holm"] = table["family"].map(against["p_holm"])
    table["tied"] = table["family"].map(against["tied"]).ne(False)
    table["ahead"] = table["family"].map(against["ahead"]).eq(True)
    return table


def machines(fits: dict[str, Any]) -> list[str]:
    """On what the families were fitted, each machine once."""
    told = [fit["environment"] for fit in fits.values()]
    each = [(one["processor"], one["threads"]) for one in told]
    return list(dict.fromkeys(f"{name}, {n} thread{'s' * (str(n) != '1')}" for name, n in each))


def standouts(table: pd.DataFrame, leader: str) -> list[str]:
    """The families that figures show in colour: the leader, and the best of each framework."""
    singles = table[table["family"] != "ensemble"]
    best = singles.drop_duplicates("framework")["family"]
    return list(dict.fromkeys([leader, *best]))


def sturdiest(table: pd.DataFrame) -> list[str]:
    """The family of best mean accuracy on corrupted test images, where any was tried."""
    if "test_robustness" not in table:
        return []
    return table.nlargest(1, "test_robustness")["family"].tolist()


def parity(names: list[str], measured: dict[str, Any]) -> list[str]:
    """The families of one architecture; raises `UserError` unless their parameters are as many."""
    for name in names:
        require_one_of(f"family {name!r}", name, measured["fits"], "report.parity")
    sizes = {name: measured["fits"][name]["parameters"] for name in names}
    if len(set(sizes.values())) > 1 or None in sizes.values():
        told = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise UserError(
            f"params.yaml: report.parity: families of one architecture have equal numbers of "
            f"parameters, got {told}"
        )
    return names


def most_confused(counts: pd.DataFrame) -> dict[str, Any] | None:
    """The pair of classes mistaken most often: `actual`, `predicted`, `count`; None if none is."""
    wrong = counts[counts["actual"] != counts["predicted"]]
    worst = wrong.loc[wrong["count"].idxmax()].to_dict()
    return worst if worst["count"] else None


def matrix(counts: pd.DataFrame, classes: list[str]) -> pd.DataFrame:
    """Counts by actual class (rows) and predicted class (columns), in the order of the classes.

    Of more than `SHOWN` classes those with most errors, and the rest joined under `REST`.
    """
    square = counts.pivot(index="actual", columns="predicted", values="count")
    square = square.reindex(index=classes, columns=classes).fillna(0).astype(int)
    if len(classes) <= SHOWN:
        return square
    right = pd.Series(square.to_numpy().diagonal(), index=classes)
    errors = square.sum(axis=0) + square.sum(axis=1) - 2 * right
    kept = set(errors.sort_values(ascending=False, kind="stable").index[: SHOWN - 1])
    groups = np.array([name if name in kept else REST for name in classes])
    order = [name for name in classes if name in kept] + [REST]
    return square.groupby(groups).sum().T.groupby(groups).sum().T.loc[order, order]
