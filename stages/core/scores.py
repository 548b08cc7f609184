"""Scores, float32 (n, classes): their arg-max is the prediction; `labels` are int (n,).

What is here is what a learning curve shows; all other metrics stand in measuring/metrics.py.
"""

import numpy as np

DIGITS = 6  # every number that is written down is rounded to so many digits


def are_probabilities(scores: np.ndarray) -> bool:
    """Whether every row is a distribution; decision values are not."""
    return bool((scores >= 0).all() and np.allclose(scores.sum(axis=1), 1, atol=1e-3))


def accuracy(scores: np.ndarray, labels: np.ndarray) -> float:
    """The share of rows whose greatest score is at their label."""
    return float((scores.argmax(axis=1) == labels).mean())


def log_loss(scores: np.ndarray, labels: np.ndarray) -> float | None:
    """Mean -ln p(label), in nats; None where the scores are no probabilities."""
    if not are_probabilities(scores):
        return None
    exact = scores.astype(np.float64)
    exact /= exact.sum(axis=1, keepdims=True)
    least = np.finfo(exact.dtype).eps
    return float(-np.log(exact[np.arange(len(labels)), labels].clip(least, 1 - least)).mean())


def loss_and_accuracy(scores: np.ndarray, labels: np.ndarray) -> tuple[float | None, float]:
    """What a learning curve shows of one epoch."""
    return log_loss(scores, labels), accuracy(scores, labels)
