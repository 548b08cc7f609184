"""How much of an accuracy is luck: of the seed, and of the rows."""

import numpy as np
from scipy.stats import t

from stages.core.scores import DIGITS
from stages.measuring.metrics import Numbers, interval


def luck(accuracies: list[float], count: int) -> Numbers:
    """What fits that are alike but for their seeds, two at the least, say of `count` rows.

    `seeds`: how many they are; `accuracy_mean`; `accuracy_sd`, over the seeds; `fit_low` and
    `fit_high`: the 95 % interval of the accuracy of one more such fit on all rows of this kind. It
    joins Wilson's, of the rows, and Student's, of the seeds, as Zou and Donner (2008) do.
    """
    mean, deviation, seeds = np.mean(accuracies), np.std(accuracies, ddof=1), len(accuracies)
    reach = t.ppf(0.975, seeds - 1) * deviation * np.sqrt(1 + 1 / seeds)
    low, high = interval(round(mean * count), count)
    found = {
        "accuracy_mean": mean,
        "accuracy_sd": deviation,
        "fit_low": max(0, mean - np.hypot(mean - low, reach)),
        "fit_high": min(1, mean + np.hypot(high - mean, reach)),
    }
    return {"seeds": seeds} | {key: round(float(value), DIGITS) for key, value in found.items()}
