"""What a sample of images is enough to say, where no two families are compared by a test."""

import numpy as np
import pandas as pd

from stages.comparing.significance import CONFIDENCE
from stages.measuring.metrics import interval

DRAWS = 2000


def calibration_error(bins: pd.DataFrame) -> tuple[float, float]:
    """The expected calibration error, and what it stays below in 95 % of draws, were each bin's
    probability the truth."""
    counts, said = bins["count"].to_numpy(int), bins["confidence"].to_numpy().clip(0, 1)
    drawn = np.random.default_rng(0).binomial(counts, said, (DRAWS, len(bins))) / counts
    shares = counts / counts.sum()
    chance = np.quantile(np.abs(drawn - said) @ shares, CONFIDENCE)
    return float(np.abs(bins["accuracy"] - said) @ shares), float(chance)


def lowest(shares: pd.Series, count: int) -> list[str]:
    """The names whose share of `count` images has an interval that reaches down to the least's."""
    ends = {name: interval(round(share * count), count) for name, share in shares.items()}
    reach = ends[shares.idxmin()][1]
    return [name for name, (low, _) in ends.items() if low <= reach]
