import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from stages.comparing.certainty import calibration_error, lowest


def test_chance_alone_is_what_draws_from_the_probabilities_themselves_give():
    bins = pd.DataFrame({"confidence": [0.9], "accuracy": [0.85], "count": [400]})
    error, chance = calibration_error(bins)
    assert error == pytest.approx(0.05)
    # Of one bin the error is that of a binomial share: about normal.
    assert chance == pytest.approx(1.96 * np.sqrt(0.9 * 0.1 / 400), rel=0.1)


@pytest.mark.parametrize("other", [700, 740, 760])
def test_the_lowest_are_all_that_the_sample_does_not_tell_from_the_least(other):
    shares = pd.Series({"a": other / 1000, "least": 0.7, "far": 0.9})
    (reach, low) = (
        binomtest(700, 1000).proportion_ci(method="wilson").high,
        binomtest(other, 1000).proportion_ci(method="wilson").low,
    )
    assert lowest(shares, 1000) == (["a", "least"] if low <= reach else ["least"])
