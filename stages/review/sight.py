"""What the gate's tests can see: on few test images a loss goes unnoticed that is not small."""

from bisect import bisect_left

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from stages.comparing.significance import CONFIDENCE, exact_p
from stages.comparing.verdicts import PAIRED, SAME


def least_losses(verdicts: pd.DataFrame, count: int) -> dict[str, float | None]:
    """For each family whose answers differ, as `judge` has tested it on `count` test images: the
    least loss of accuracy that would have been called worse, the other families being as they are;
    None where none would.

    Of McNemar's test this is the loss with no image gained in return.
    """
    tested = verdicts[verdicts["verdict"] != SAME]
    return {name: _least(tested, place, count) for place, name in enumerate(tested["family"])}


def _least(tested: pd.DataFrame, place: int, count: int) -> float | None:
    line, limit = tested.iloc[place], significant_below(tested["p"].drop(tested.index[place]))
    right = round(line["before"] * count)

    def is_seen(lost: int) -> bool:
        return p_of_loss(line["test"], right, lost, count) < limit

    lost = 1 + bisect_left(range(1, right + 1), True, key=is_seen)
    return lost / count if lost <= right else None


def significant_below(others: pd.Series) -> float:
    """Below which p-value one more is significant beside the others, after Holm's correction: each
    of these that is so itself, from the smallest on, leaves it one comparison less."""
    left = np.arange(len(others) + 1, 1, -1)
    significant = (np.sort(others) * left < 1 - CONFIDENCE).cumprod().sum()
    return (1 - CONFIDENCE) / (len(others) + 1 - significant)


def p_of_loss(test: str, right: int, lost: int, count: int) -> float:
    """The test's p-value where of `right` images, of so many, `lost` are no longer right."""
    if test == PAIRED:
        return exact_p(0, lost)
    return fisher_exact([[each, count - each] for each in (right, right - lost)]).pvalue
