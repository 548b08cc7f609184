"""The metrics: one table, from which the numbers, both reports and the metrics files follow.

Scores are float32 (n, classes), whose arg-max is the prediction; labels are int (n,).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest
from sklearn import metrics

from stages.core.scores import DIGITS, accuracy, log_loss
from stages.measuring.calibration import brier, expected_calibration_error

Numbers = dict[str, float]


class Metric(NamedTuple):
    """One number of a split's rows, or None where the scores do not say it.

    `tracked`: of which splits it stands in metrics/NAME.json, which DVC shows. `listed`: it is a
    column of the leaderboards that people read, under its `title`.
    """

    key: str
    title: str
    measure: Callable[[np.ndarray, np.ndarray], float | None]
    tracked: tuple[str, ...] = ()
    listed: bool = False


def macro(number: int) -> Callable[[np.ndarray, np.ndarray], float]:
    """The mean over all classes of precision (0), recall (1) or F1 (2)."""

    def measure(scores: np.ndarray, labels: np.ndarray) -> float:
        return metrics.precision_recall_fscore_support(
            labels,
            scores.argmax(axis=1),
            labels=np.arange(scores.shape[1]),
            average="macro",
            zero_division=0,
        )[number]

    return measure


def wilson(end: int) -> Callable[[np.ndarray, np.ndarray], float]:
    """One end, low (0) or high (1), of the accuracy's 95 % interval (Wilson 1927)."""

    def measure(scores: np.ndarray, labels: np.ndarray) -> float:
        return interval(int((scores.argmax(axis=1) == labels).sum()), len(labels))[end]

    return measure


def interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share: `right` of `count`."""
    found = binomtest(right, count).proportion_ci(0.95, method="wilson")
    return found.low, found.high


METRICS = (
    Metric("accuracy", "accuracy", accuracy, tracked=("test", "validation")),
    Metric("accuracy_low", "accuracy, low end of the 95 % interval", wilson(0)),
    Metric("accuracy_high", "accuracy, high end of the 95 % interval", wilson(1)),
    Metric("precision", "macro precision", macro(0)),
    Metric("recall", "macro recall", macro(1)),
    Metric("f1", "macro F1", macro(2), listed=True),
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
