import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
from scipy.stats import ttest_1samp

from stages.experiments.figures import (
    error_interval,
    folds_figure,
    importance_figure,
    size_figure,
    sweep_figure,
)

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
SIZES = pd.DataFrame(
    [
        {"family": name, "split.subset": size, "seed": 0, "accuracy": accuracy}
        for name, accuracies in (("a", (0.5, 0.8, 0.9)), ("b", (0.6, 0.7, 0.99)), ("c", (0.1,) * 3))
        for size, accuracy in zip(("None", "100", "1000"), accuracies[::-1], strict=True)
    ]
).assign(accuracy_low=0.05, accuracy_high=0.995)
FRAMEWORKS = {"a": "spark_ml", "b": "pytorch", "c": "pytorch"}


def texts(svg):
    return [text.strip() for text in ElementTree.fromstring(svg).itertext() if text.strip()]


def words(svg):
    return " ".join(texts(svg))


def test_a_sweep_says_what_it_shows():
    found = texts(sweep_figure(SWEEP, ["build.units"], "Width", "tiny"))
    assert {"Width", "build.units", "Validation error", "16", "a", "b"} <= set(found)
    assert "tiny, mean of 2 seeds (dots), 95 % intervals" in found


def test_a_sweep_over_families_alone_has_them_on_its_axis():
    found = words(sweep_figure(SWEEP[SWEEP["seed"] == 0], [], "Width", "tiny"))
    assert "one seed" in found
    assert "family" in found


def test_of_a_grid_the_first_key_is_the_axis_and_the_others_name_the_lines():
    grid = pd.concat([SWEEP.assign(**{"fit.rate": rate}) for rate in ("0.1", "0.2")])
    keys = ["build.units", "fit.rate"]
    found = texts(sweep_figure(grid.reset_index(), keys, "Grid", "tiny"))
    assert {keys[0], "a, rate 0.1", "a, rate 0.2", "b, rate 0.1", "b, rate 0.2"} <= set(found)
    alone = texts(sweep_figure(grid[grid["family"] == "a"].reset_index(), keys, "Grid", "tiny"))
    assert {"rate 0.1", "rate 0.2"} <= set(alone), "the title names the only family"
    assert any(text.startswith("a on tiny, mean of 2 seeds") for text in alone)


def test_the_interval_over_seeds_is_students():
    fits = SWEEP.iloc[:4]
    interval = ttest_1samp(1 - fits["accuracy"], 0).confidence_interval(0.95)
    np.testing.assert_allclose(error_interval(fits)[["low", "high"]], interval)


def test_the_interval_of_one_seed_is_that_of_the_digits():
    found = error_interval(SWEEP.iloc[[0]])
    np.testing.assert_allclose(found[["error", "low", "high"]], [0.1, 0.01, 0.3])


def test_folds_say_what_they_show():
    assert "2 folds of 600 training images of tiny" in texts(folds_figure(FOLDS, 600, "tiny"))


def test_each_framework_has_a_panel_with_its_own_families_the_worst_first():
    found = texts(size_figure(SIZES, 5000, FRAMEWORKS, "tiny"))
    assert set(FRAMEWORKS.values()) <= set(found)
    assert [word for word in found if word in FRAMEWORKS] == ["a", "c", "b"]
    assert found.count("Training rows") == found.count("Validation error") == 2
    assert {"100", "1k", "5k"} <= set(found), "null is all rows"
    assert "Learning curves: what more training images of tiny bring" in found


def test_each_param_has_its_share_the_most_important_on_top():
    text = importance_figure({"fit.epochs": 0.25, "build.dropout": 0.75}, "small", 7)
    found = texts(text)
    assert {"25 %", "75 %", "small: which params matter (7 trials, fANOVA)"} <= set(found)
    # Ticks are drawn from the bottom up.
    assert re.findall(r">(fit\.epochs|build\.dropout)<", text) == ["fit.epochs", "build.dropout"]


def test_the_same_numbers_give_the_same_bytes():
    drawn = [
        (
            sweep_figure(SWEEP, ["build.units"], "Width", "tiny"),
            folds_figure(FOLDS, 600, "tiny"),
            size_figure(SIZES, 5000, FRAMEWORKS, "tiny"),
        )
        for _ in range(2)
    ]
    assert drawn[0] == drawn[1]
