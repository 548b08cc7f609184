"""Findings in words, each computed from the numbers that it tells."""

from typing import Any

import pandas as pd

from stages.comparing.entrants import JOINED
from stages.comparing.leaderboard import Ranking
from stages.comparing.significance import CONFIDENCE
from stages.reporting.data_notes import labels
from stages.reporting.pages import listed, percent
from stages.reporting.soundness import believable, fragile, sturdy

QUICK = 0.5  # of the leader's seconds: clocks differ by less from run to run


def findings(measured: dict[str, Any], leader: str) -> list[str]:
    """Sentences in plain text, the weightiest first."""
    found = [
        equals(measured["leaderboard"], leader, measured["ranking"]),
        told_apart(measured["leader"], leader),
        cheapest(measured, leader),
        missed(measured["missed"], measured["alone"]),
        fragile(measured["robustness"], leader),
        sturdy(measured["robustness"]),
        believable(measured["calibration"], set(measured["alone"]["family"]) - {"ensemble"}),
        labels(measured["judged"]),
    ]
    return [sentence for sentence in found if sentence]


def equals(table: pd.DataFrame, leader: str, ranking: Ranking) -> str:
    """Which families share what the leader is ranked by, and why it stands before them."""
    values = table.set_index("family")["ranked_value"].drop(JOINED, errors="ignore")
    peers = values.index[values == values[leader]].drop(leader).tolist()
    if not peers:
        return ""
    return (
        f"{listed([leader, *peers])} have the same validation {ranking.title}; {leader} stands "
        "first by its log loss there, or, where that is equal or unknown, by its name."
    )


def told_apart(against: pd.DataFrame, leader: str) -> str:
    """Whom McNemar's test cannot tell from the leader, who is better than it, and how many are
    worse: families, and the ensemble apart from them."""
    families = against[against["family"] != JOINED]
    tied, ahead = (families.loc[families[which], "family"].tolist() for which in ("tied", "ahead"))
    worse = len(families) - len(tied) - len(ahead)
    told = [f"cannot be told apart from {listed(tied)}"] if tied else []
    told += [f"is worse than {listed(ahead)}"] if ahead else []
    if worse:
        others = "the other families" if worse > 1 else "the other family"
        told.append(f"is better than {others if told else 'every other family'}")
    level = percent(1 - CONFIDENCE, 0)
    what = f"McNemar's exact test, corrected for all comparisons (Holm, {level})"
    end = ""
    if against.loc[against["family"] == JOINED, "ahead"].any():
        end = "; the ensemble is better than it"
    return f"On the test images {leader} {', and '.join(told)} ({what}){end}." if told else ""


def cheapest(measured: dict[str, Any], leader: str) -> str:
    """What the quickest of the leader's equals took to be fitted, where that is much less."""
    against, costs = measured["leader"], measured["costs"]
    equals = [leader, *against[against["tied"]]["family"]]
    known = {name: costs[name]["seconds"] for name in equals if name in costs}
    quick = min(known, key=known.get)
    if known[quick] > QUICK * known[leader]:
        return ""
    seconds = [f"{known[name]:.{int(known[name] < 10)}f}" for name in (quick, leader)]
    return f"Of all these {quick} took {seconds[0]} s to be fitted, {leader} {seconds[1]} s."


def joined(weights: dict[str, float]) -> str:
    """Whose probabilities the ensemble averages, and whose not, though they were asked for."""
    used = {name: weight for name, weight in weights.items() if weight}
    shares = ", ".join(f"{name} {weight:.2f}" for name, weight in used.items())
    left = [name for name in weights if name not in used]
    out = f" Left out, as they gain nothing there: {listed(left)}." if left else ""
    return (
        f"The weighted mean of the probabilities of {len(used)} "
        f"{'families' if len(used) > 1 else 'family'}, with weights fitted on the validation "
        f"images: {shares}.{out} What it answers on a validation image is said with the weights of "
        "other validation images."
    )


def missed(counts: pd.DataFrame, alone: pd.DataFrame) -> str:
    """What all families miss and what one alone has right, as `agreement` counts it."""
    some, digits = alone[alone["digits"] > 0], counts["digits"]
    told = ", ".join(f"{line.family} {line.digits}" for line in some.itertuples())
    only = f" Only a single family is right on {some['digits'].sum()}: {told}." if len(some) else ""
    return (
        f"All of the {len(alone)} families (the ensemble counts as one; one that gives every image "
        f"the same answer is left out) are right on {digits.iloc[0]:,} of the {digits.sum():,} "
        f"test images, and all are wrong on {digits.iloc[-1]:,}.{only}"
    )
