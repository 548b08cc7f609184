"""Findings in words of what damage does to families, of which probabilities are right, and of what
a threshold promises."""

import pandas as pd

from stages.comparing.certainty import calibration_error, lowest
from stages.measuring.evaluation import mean_robustness
from stages.reporting.pages import listed, percent


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
    if len(kinds) == len(strongest) > 1:  # so few images tell none from another
        return ""
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
        if (table["corruption"] != "none").any():
            means[name], count = mean_robustness(table), int(table["digits"].iloc[0])
    if not means:
        return ""
    means = pd.Series(means).sort_values(ascending=False, kind="stable")
    best = lowest(1 - means, count)
    if len(best) == len(means) > 1:
        return ""
    poor = means.index[means <= 0.5].tolist()
    end = f"; for {listed(poor)} it is half of them or fewer" if 0 < len(poor) < len(means) else ""
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


def thresholds(label: str, target: float, validation: int) -> str:
    """What a threshold for one class is, and what its precision and recall are."""
    return (
        f"An image is taken for {label} where its score for {label} is at least the threshold. "
        f"Precision is the share of the images so taken that are labelled {label}, recall the "
        f"share of those labelled {label} that are so taken. The threshold is the lowest whose "
        f"precision on the {validation:,} validation images is good enough to be 95 % confident "
        f"of at least {100 * target:g} % on other images like them; the test images then check "
        "it once. A dash: no threshold is so good, as far as these images can tell."
    )
