"""Findings in words, each computed from the numbers that it tells."""

from typing import Any

import pandas as pd

from stages.comparing.significance import CONFIDENCE
from stages.reporting.pages import percent


def findings(measured: dict[str, Any], leader: str) -> list[str]:
    """Sentences in plain text, the weightiest first."""
    found = [
        told_apart(measured, leader),
        cheapest(measured, leader),
        missed(measured["missed"], measured["alone"]),
        fragile(measured["robustness"], leader),
        sturdy(measured["robustness"]),
        believable(measured["scores"], set(measured["alone"]["family"]) - {"ensemble"}),
    ]
    return [sentence for sentence in found if sentence]


def told_apart(measured: dict[str, Any], leader: str) -> str:
    """Whom McNemar's test cannot tell from the leader, and who is beaten most narrowly."""
    against = measured["leader"].set_index("family")["tied"]
    tied = against.index[against].drop("ensemble", errors="ignore")
    rest = against.index[~against].tolist()
    level = percent(1 - CONFIDENCE, 0)
    what = f"McNemar's exact test, corrected for all comparisons with it (Holm, {level})"
    if tied.empty:
        return f"{leader} is better than every other family on the test images: {what}."
    listed = " and ".join(", ".join(tied).rsplit(", ", 1))
    others = f"; told apart from it: {rest[0] if len(rest) == 1 else len(rest)}" if rest else ""
    return f"{leader} cannot be told apart from {listed} on the test images ({what}){others}."


def cheapest(measured: dict[str, Any], leader: str) -> str:
    """Which of the leader's equals is fitted soonest."""
    against, costs = measured["leader"], measured["costs"]
    equals = [leader, *against[against["tied"]]["family"]]
    known = {name: costs[name]["seconds"] for name in equals if name in costs}
    if len(known) == 1:
        return ""
    quick = min(known, key=known.get)
    if quick == leader:
        return f"None of its equals is fitted sooner than {leader}, in {known[leader]:.0f} s."
    return (
        f"Of these, {quick} is fitted soonest, in {known[quick]:.0f} s against "
        f"{known[leader]:.0f} s for {leader}."
    )


def missed(counts: pd.DataFrame, alone: pd.DataFrame) -> str:
    """What all families miss and what one alone has right, as `agreement` counts it."""
    some, digits = alone[alone["digits"] > 0], counts["digits"]
    told = ", ".join(f"{line.family} {line.digits}" for line in some.itertuples())
    only = f"; {some['digits'].sum()} only one has right ({told})" if len(some) else ""
    return (
        f"Of {digits.sum():,} test images, {digits.iloc[0]:,} are missed by none of the "
        f"{len(alone)} that do not give the same answer to every image, and "
        f"{digits.iloc[-1]} by all of them{only}."
    )


def fragile(robustness: dict[str, pd.DataFrame], leader: str) -> str:
    """Which corruption, at its strongest, hurts the leader most."""
    strongest = robustness[leader].groupby("corruption", sort=False).last()
    clean = strongest.loc["none", "accuracy"]
    strongest = strongest.drop("none")
    if strongest.empty:
        return ""
    kind = strongest["accuracy"].idxmin()
    worst = strongest.loc[kind]
    return (
        f"{kind.replace('_', ' ').capitalize()} hurts {leader} most: {percent(clean, 1)} of the "
        f"{int(worst['digits']):,} images of the sample are right as they are, "
        f"{percent(worst['accuracy'], 1)} at strength {worst['strength']:g}."
    )


def sturdy(robustness: dict[str, pd.DataFrame]) -> str:
    """Who stands all corruptions best, by the mean over them and their strengths."""
    means = {
        name: table.loc[table["corruption"] != "none", "accuracy"].mean()
        for name, table in robustness.items()
    }
    means = pd.Series(means).dropna().sort_values(ascending=False, kind="stable")
    if means.empty:
        return ""
    best, half, end = means.index[0], means.index[means > 0.5], ""
    if len(half) > 1:
        end = f"; {half[-1]} is the last with more than half right, {percent(means[half[-1]], 1)}"
    return (
        f"{best} stands the corruptions best: {percent(means[best], 1)} of the images are right in "
        f"the mean over all of them{end}."
    )


def believable(scores: dict[str, Any], informed: set[str]) -> str:
    """Whose probabilities are nearest to the truth, and whose furthest, of the `informed`."""
    tests = {name: parts["test"] for name, parts in scores.items() if name in informed}
    errors = {name: test["ece"] for name, test in tests.items() if "ece" in test}
    if not errors:
        return ""
    best, worst = min(errors, key=errors.get), max(errors, key=errors.get)
    return (
        f"Probabilities can be believed most from {best} (expected calibration error "
        f"{errors[best]:.4f}) and least from {worst} ({errors[worst]:.4f})."
    )
