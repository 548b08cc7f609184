import numpy as np
import pandas as pd
import pytest

from stages.comparing.significance import holm
from stages.comparing.verdicts import WORSE, judge
from stages.review.sight import least_losses, significant_below
from tests.review.conftest import metrics

ROWS, RIGHT = 359, 350
ALL = np.arange(ROWS) < RIGHT


def judged(lost, others, paired):
    """The verdicts where `a` has lost so many images, and as many others have changed one."""
    names = [f"b{number}" for number in range(others)]
    old = {"a": ALL} | dict.fromkeys(names, ALL)
    new = {"a": ALL & (np.arange(ROWS) >= lost)} | dict.fromkeys(names, np.roll(ALL, 1))
    sides = [
        {name: metrics(right.mean(), 0.9) for name, right in side.items()} for side in (old, new)
    ]
    sides[1] |= {name: metrics(ALL.mean() - 1 / ROWS, 0.9) for name in names}
    return judge(*sides, (old, new) if paired else ({}, {}), ROWS)


@pytest.mark.parametrize(
    ("paired", "others", "expected"),
    [
        (True, 0, 6),  # 2 / 2**6 is the first such power below 0.05
        (True, 9, 9),  # and 2 / 2**9 below a tenth of that
        (False, 0, None),
        (False, 9, None),
    ],
)
def test_the_least_loss_is_the_first_that_is_called_worse(paired, others, expected):
    seen = least_losses(judged(2, others, paired), ROWS)
    least = round(seen["a"] * ROWS)
    assert expected in (None, least)
    for lost in range(least - 2, least + 2):
        verdict = judged(lost, others, paired).set_index("family").loc["a", "verdict"]
        assert (verdict == WORSE) == (lost >= least)


@pytest.mark.parametrize("others", [[], [0.5], [0.001], [0.02, 0.001, 0.9], [0.016, 0.02, 0.001]])
def test_a_p_value_below_the_limit_is_significant_after_holms_correction(others):
    limit = significant_below(pd.Series(others, dtype=float))
    for p in (limit * 0.999, limit * 1.001):
        assert (holm([p, *others])[0] < 0.05) == (p < limit)


def test_on_too_few_images_nothing_is_seen():
    line = {"family": "a", "before": 0.75, "test": "McNemar", "p": 1.0, "verdict": "better"}
    assert least_losses(pd.DataFrame([line]), 4) == {"a": None}
