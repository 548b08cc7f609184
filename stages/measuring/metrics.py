"""The metrics: one table, from which the numbers, both reports and the metrics files follow.

Scores are float32 (n, classes), whose arg-max is the prediction; labels are int (n,).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from sklearn import metrics

from stages.core.scores import DIGITS, accuracy, are_probabilities, log_loss

BINS = 15  # of the calibration, of equal width, as in Guo et al. 2017
Numbers = dict[str, float]
Measure = Callable[[np.ndarray, np.ndarray], float | None]  # of scores and labels


class Metric(NamedTuple):
    """One number of a split's rows, or None where the scores do not say it.

    `tracked`: of which splits it stands in metrics/NAME.json, which DVC shows. `listed`: it is a
    column of the leaderboards that people read, under its `title`.
    """

    key: str
    title: str
    measure: Measure
    tracked: tuple[str, ...] = ()
    listed: bool = False


def macro(score: Callable[..., float]) -> Measure:
    """The mean over all classes of one of scikit-learn's scores."""
    return lambda scores, labels: score(
        labels,
        scores.argmax(axis=1),
        labels=np.arange(scores.shape[1]),
        average="macro",
        zero_division=0,
    )


def wilson(end: int) -> Measure:
    """One end, low (0) or high (1), of the accuracy's 95 % interval (Wilson 1927)."""
    return lambda scores, labels: interval(
        int((scores.argmax(axis=1) == labels).sum()), len(labels)
    )[end]


def interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share: `right` of `count`."""
    found = binomtest(right, count).proportion_ci(0.95, method="wilson")
    return found.low, found.high


def brier(scores: np.ndarray, labels: np.ndarray) -> float | None:
    """The Brier score, 0 to 2; None where the scores are no probabilities."""
    if not are_probabilities(scores):
        return None
    exact = scores / scores.sum(axis=1, keepdims=True, dtype=np.float64)
    every = np.arange(scores.shape[1])
    return metrics.brier_score_loss(labels, exact, labels=every, scale_by_half=False)


def expected_calibration_error(scores: np.ndarray, labels: np.ndarray) -> float | None:
    """The mean gap between certainty and accuracy; None where the scores are no probabilities."""
    bins = reliability(scores, labels)
    gaps = (bins["confidence"] - bins["accuracy"]).abs()
    return (gaps * bins["count"]).sum() / len(labels) if len(bins) else None


def reliability(scores: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """A line for each bin of p(predicted) that holds a row: its mean `confidence`, the `accuracy`
    and the `count` of its rows. No line where the scores are no probabilities."""
    table = pd.DataFrame({"confidence": scores.max(axis=1).astype(np.float64)})
    table["accuracy"] = (scores.argmax(axis=1) == labels).astype(np.float64)
    if not are_probabilities(scores):
        table = table[:0]
    # Of what is said with 90 %, nine in ten should be right.
    found = table.groupby(np.ceil(table["confidence"] * BINS).clip(1, BINS))
    return found.mean().assign(count=found.size()).reset_index(drop=True)


METRICS = (
    Metric("accuracy", "accuracy", accuracy, tracked=("test", "validation")),
    Metric("accuracy_low", "accuracy, low end of the 95 % interval", wilson(0)),
    Metric("accuracy_high", "accuracy, high end of the 95 % interval", wilson(1)),
    Metric("precision", "macro precision", macro(metrics.precision_score)),
    Metric("recall", "macro recall", macro(metrics.recall_score)),
    Metric("f1", "macro F1", macro(metrics.f1_score), listed=True),
    Metric("log_loss", "log loss", log_loss, tracked=("test",), listed=True),
    Metric("brier", "Brier score", brier, listed=True),
    Metric("ece", "calibration error", expected_calibration_error, listed=True),
)


def numbers(scores: np.ndarray, labels: np.ndarray) -> Numbers:
    """Every metric of the table that the scores can tell, rounded."""
    found = {metric.key: metric.measure(scores, labels) for metric in METRICS}
    return {key: round(float(value), DIGITS) for key, value in found.items() if value is not None}


def tracked(measured: dict[str, Numbers]) -> dict[str, Numbers]:
    """What DVC shows of {split: numbers}: few, and the same keys for every family."""
    return {
        split: {
            metric.key: measured[split][metric.key]
            for metric in METRICS
            if split in metric.tracked and metric.key in measured[split]
        }
        for split in ("test", "validation")
    }
