"""Findings in words, each computed from the numbers that it tells."""

from typing import Any

import pandas as pd

from stages.comparing.certainty import calibration_error, lowest
from stages.comparing.entrants import JOINED
from stages.comparing.significance import CONFIDENCE
from stages.reporting.pages import percent

QUICK = 0.5  # of the leader's seconds: clocks differ by less from run to run


def findings(measured: dict[str, Any], leader: str) -> list[str]:
    """Sentences in plain text, the weightiest first."""
    found = [
        told_apart(measured["leader"], leader),
        cheapest(measured, leader),
        missed(measured["missed"], measured["alone"]),
        fragile(measured["robustness"], leader),
        sturdy(measured["robustness"]),
        believable(measured["calibration"], set(measured["alone"]["family"]) - {"ensemble"}),
    ]
    return [sentence for sentence in found if sentence]


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
    return (
        f"Of these, {quick} was fitted in {known[quick]:.0f} s, {leader} in {known[leader]:.0f} s."
    )


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


def listed(names: list[str]) -> str:
    """a, b and c."""
    return " and ".join(", ".join(names).rsplit(", ", 1))


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
    """Which corruptions, at their strongest, hurt the leader most: all that the sample's interval
    does not tell from the worst."""
    strongest = robustness[leader].groupby("corruption", sort=False).last()
    clean = strongest.loc["none", "accuracy"]
    strongest = strongest.drop("none")
    if strongest.empty:
        return ""
    count = int(strongest["digits"].iloc[0])
    kinds = [name.replace("_", " ") for name in lowest(strongest["accuracy"], count)]
    worst = strongest["accuracy"].min()
    return (
        f"{listed(kinds).capitalize()} {'hurts' if len(kinds) == 1 else 'hurt'} {leader} most: "
        f"{percent(clean, 1)} of the {count:,} images of the sample are right as they are, "
        f"{percent(worst, 1)} at {'its' if len(kinds) == 1 else 'their'} strongest."
    )


def sturdy(robustness: dict[str, pd.DataFrame]) -> str:
    """Who stands all corruptions best, by the mean over them and their strengths: all that the
    sample's interval does not tell from the best."""
    means, count = {}, 0
    for name, table in robustness.items():
        damaged = table[table["corruption"] != "none"]
        if len(damaged):
            means[name], count = damaged["accuracy"].mean(), int(damaged["digits"].iloc[0])
    if not means:
        return ""
    means = pd.Series(means).sort_values(ascending=False, kind="stable")
    best = lowest(1 - means, count)
    half, end = means.index[means > 0.5], ""
    if len(half) > 1:
        end = f"; {half[-1]} is the last with more than half right, {percent(means[half[-1]], 1)}"
    return (
        f"{listed(best)} {'stands' if len(best) == 1 else 'stand'} the corruptions best: "
        f"{percent(means.iloc[0], 1)} of the images are right in the mean over all of them{end}."
    )


def believable(calibration: dict[str, pd.DataFrame], informed: set[str]) -> str:
    """Whose probabilities are as right as the test images can tell, and whose are furthest off, of
    the `informed`."""
    errors = {
        name: calibration_error(bins)
        for name, bins in calibration.items()
        if name in informed and len(bins)
    }
    if not errors:
        return ""
    right = [name for name, (error, chance) in errors.items() if error <= chance]
    worst = max(errors, key=lambda name: errors[name][0])
    told = []
    if right:
        told.append(
            f"the probabilities of {listed(right)} are right, as far as the images can tell"
        )
    if worst not in right:
        error, chance = errors[worst]
        what = "those" if told else "the probabilities"
        told.append(
            f"{what} of {worst} are off by {error:.4f} in the mean, where chance alone gives less "
            f"than {chance:.4f}"
        )
    sentence = "; ".join(told)
    return f"{sentence[0].upper()}{sentence[1:]}."
