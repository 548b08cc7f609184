"""Whether probabilities can be believed: of what is said with 90 %, nine in ten should be right."""

import numpy as np
import pandas as pd
from sklearn import metrics

from stages.core.scores import are_probabilities

BINS = 15  # of equal width, as in Guo et al. 2017


def brier(scores: np.ndarray, labels: np.ndarray) -> float | None:
    """The Brier score, 0 to 2; None where the scores are no probabilities."""
    if not are_probabilities(scores):
        return None
    exact = scores / scores.sum(axis=1, keepdims=True, dtype=np.float64)
    every = np.arange(scores.shape[1])
    return float(metrics.brier_score_loss(labels, exact, labels=every, scale_by_half=False))


def expected_calibration_error(scores: np.ndarray, labels: np.ndarray) -> float | None:
    """The mean gap between certainty and accuracy; None where the scores are no probabilities."""
    if not are_probabilities(scores):
        return None
    bins = reliability(scores, labels)
    gaps = (bins["confidence"] - bins["accuracy"]).abs()
    return float((gaps * bins["count"]).sum() / len(labels))


def reliability(scores: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """A line for each bin of p(predicted) that holds a row: its mean `confidence`, the `accuracy`
    and the `count` of its rows. No line where the scores are no probabilities."""
    table = pd.DataFrame({"confidence": scores.max(axis=1).astype(np.float64)})
    table["accuracy"] = (scores.argmax(axis=1) == labels).astype(np.float64)
    if not are_probabilities(scores):
        table = table[:0]
    bins = np.ceil(table["confidence"] * BINS).clip(1, BINS)
    found = table.groupby(bins)
    return found.mean().assign(count=found.size()).reset_index(drop=True)
