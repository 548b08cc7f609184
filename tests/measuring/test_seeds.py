import numpy as np
import pytest

from stages.measuring.seeds import luck


def test_mean_deviation_and_number_of_the_seeds():
    found = luck([0.9, 0.92, 0.97], 1000)
    assert found["seeds"] == 3
    assert found["accuracy_mean"] == pytest.approx(0.93)
    assert found["accuracy_sd"] == pytest.approx(0.036056, abs=1e-6)


@pytest.mark.parametrize(
    ("seeds", "count", "spread"), [(3, 500, 0.01), (5, 2000, 0.02), (3, 9000, 0)]
)
def test_the_interval_holds_one_more_fit_on_other_rows_as_often_as_it_says(seeds, count, spread):
    """Fits whose true accuracies differ, each seen on a sample of rows."""
    rng, held = np.random.default_rng(0), 0
    for _ in range(1000):
        truths = np.clip(rng.normal(0.9, spread, seeds + 1), 0, 1)
        rows = rng.random(count)  # the same rows for all fits of one side
        found = luck([(rows < truth).mean() for truth in truths[:-1]], count)
        held += found["fit_low"] <= truths[-1] <= found["fit_high"]
    assert 0.93 <= held / 1000 <= 1
