"""Numbers drawn from scores (n, classes), whose arg-max is the prediction, and labels (n,)."""

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from sklearn import metrics

DIGITS = 6  # every number that is written down is rounded to so many digits


def are_probabilities(scores: np.ndarray) -> bool:
    """Whether every row is a distribution; decision values are not."""
    return bool((scores >= 0).all() and np.allclose(scores.sum(axis=1), 1, atol=1e-3))


def accuracy(scores: np.ndarray, labels: np.ndarray) -> float:
    """The share of rows whose greatest score is at their label."""
    return float(metrics.accuracy_score(labels, scores.argmax(axis=1)))


def log_loss(scores: np.ndarray, labels: np.ndarray) -> float | None:
    """Mean -ln p(label), in nats; None where the scores are no probabilities."""
    if not are_probabilities(scores):
        return None
    exact = scores.astype(np.float64)
    exact /= exact.sum(axis=1, keepdims=True)
    return float(metrics.log_loss(labels, exact, labels=np.arange(scores.shape[1])))


def loss_and_accuracy(scores: np.ndarray, labels: np.ndarray) -> tuple[float | None, float]:
    """What a learning curve shows of one epoch."""
    return log_loss(scores, labels), accuracy(scores, labels)


def summary(scores: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Accuracy with its Wilson 95 % interval, macro precision, recall and F1, and log loss."""
    predicted = scores.argmax(axis=1)
    right = int((predicted == labels).sum())
    interval = binomtest(right, len(labels)).proportion_ci(0.95, method="wilson")
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        labels, predicted, labels=np.arange(scores.shape[1]), average="macro", zero_division=0
    )
    numbers = {
        "accuracy": right / len(labels),
        "accuracy_low": interval.low,
        "accuracy_high": interval.high,
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "log_loss": log_loss(scores, labels),
    }
    return {name: round(float(v), DIGITS) for name, v in numbers.items() if v is not None}


def confusion(scores: np.ndarray, labels: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """One line for each pair of classes: `actual`, `predicted`, `count`."""
    counts = metrics.confusion_matrix(labels, scores.argmax(axis=1), labels=np.arange(len(classes)))
    return pd.DataFrame(
        {
            "actual": np.repeat(classes, len(classes)),
            "predicted": np.tile(classes, len(classes)),
            "count": counts.ravel(),
        }
    )
