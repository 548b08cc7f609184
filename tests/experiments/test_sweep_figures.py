from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from stages.experiments import sweep_figures as sweeps
from stages.experiments.sweep_figures import _error_interval, folds_figure, sweep_figure

SWEEP = pd.DataFrame(
    {
        "family": ["a"] * 4 + ["b"] * 4,
        "build.units": ["8", "8", "16", "16"] * 2,
        "seed": [0, 1] * 4,
        "accuracy": [0.9, 0.92, 0.95, 0.94, 0.8, 0.81, 0.85, 0.88],
        "accuracy_low": 0.7,
        "accuracy_high": 0.99,
    }
)
FOLDS = pd.DataFrame({"fold": [1, 2] * 2, "family": list("aabb"), "accuracy": [0.9, 0.8, 0.7, 0.6]})


def words(svg):
    return " ".join(ElementTree.fromstring(svg).itertext())


def test_a_sweep_says_what_it_shows():
    found = words(sweep_figure(SWEEP, ["build.units"], "Width", "tiny"))
    for text in (
        "Width",
        "tiny, mean of 2 seeds",
        "build.units",
        "Validation error",
        "16",
        "a",
        "b",
    ):
        assert text in found


def test_a_sweep_over_families_alone_has_them_on_its_axis():
    found = words(sweep_figure(SWEEP[SWEEP["seed"] == 0], [], "Width", "tiny"))
    assert "one seed" in found
    assert "family" in found


def test_of_a_grid_the_first_key_is_the_axis_and_the_others_name_the_lines():
    grid = pd.concat([SWEEP.assign(**{"fit.rate": rate}) for rate in ("0.1", "0.2")])
    found = words(sweep_figure(grid.reset_index(), ["build.units", "fit.rate"], "Grid", "tiny"))
    for text in ("build.units", "a, rate 0.1", "a, rate 0.2", "b, rate 0.1", "b, rate 0.2"):
        assert text in found
    assert "8, 0.1" not in found


def test_the_only_family_of_a_grid_is_in_the_title():
    grid = pd.concat([SWEEP[:4].assign(**{"fit.rate": rate}) for rate in ("0.1", "0.2")])
    found = words(sweep_figure(grid.reset_index(), ["build.units", "fit.rate"], "Grid", "tiny"))
    assert "a on tiny, mean of 2 seeds" in found
    assert "a, rate" not in found
    assert "rate 0.2" in found


def test_each_seed_is_a_dot_beside_the_mean_of_its_setting(monkeypatch):
    monkeypatch.setattr(sweeps, "svg", lambda figure: figure)
    (axes,) = sweep_figure(SWEEP, ["build.units"], "Width", "tiny").axes
    dots = [line for line in axes.lines if line.get_marker() == "."]
    np.testing.assert_allclose(
        [line.get_ydata() for line in dots], [[0.1, 0.08, 0.05, 0.06], [0.2, 0.19, 0.15, 0.12]]
    )
    for line in dots:
        np.testing.assert_array_equal(np.round(line.get_xdata()), [0, 0, 1, 1])
    one = SWEEP[SWEEP["seed"] == 0]
    (axes,) = sweep_figure(one, ["build.units"], "Width", "tiny").axes
    assert not [line for line in axes.lines if line.get_marker() == "."]


def test_the_interval_over_seeds_is_students():
    fits = SWEEP.iloc[[0, 1, 2, 3]]
    interval = ttest_1samp(1 - fits["accuracy"], 0).confidence_interval(0.95)
    found = _error_interval(fits)
    np.testing.assert_allclose(found[["low", "high"]], [interval.low, interval.high])


def test_the_interval_of_one_seed_is_that_of_the_digits():
    found = _error_interval(SWEEP.iloc[[0]])
    np.testing.assert_allclose(found[["error", "low", "high"]], [0.1, 0.01, 0.3])


def test_folds_say_what_they_show():
    found = words(folds_figure(FOLDS, rows=600, dataset="tiny"))
    assert "2 folds of 600 training images of tiny" in found


@pytest.mark.parametrize("times", [2])
def test_the_same_numbers_give_the_same_bytes(times):
    drawn = {sweep_figure(SWEEP, ["build.units"], "Width", "tiny") for _ in range(times)}
    drawn |= {folds_figure(FOLDS, 600, "tiny") for _ in range(times)}
    assert len(drawn) == 2
