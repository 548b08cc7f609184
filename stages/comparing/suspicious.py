"""Labels that look wrong: confident learning (Northcutt, Jiang, Chuang 2021).

It asks for probabilities of rows that nobody was fitted on.
"""

import numpy as np
import pandas as pd


def suspicious(scores: np.ndarray, labels: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """The rows whose label looks wrong, the least likely first, by their `position`: `label`,
    `suggested`, and the probability of both. `scores` are probabilities (n, classes).

    A class is believed in from the mean probability on that it has on the rows so labelled: a row
    is suspicious where the most probable of the classes believed in is not its label.
    """
    believed = _believed(scores, labels)
    rows = np.flatnonzero((believed >= 0) & (believed != labels))
    named = np.array(classes)
    table = pd.DataFrame(
        {
            "position": rows,
            "label": named[labels[rows]],
            "suggested": named[believed[rows]],
            "probability": scores[rows, labels[rows]].astype(np.float64),
            "probability_suggested": scores[rows, believed[rows]].astype(np.float64),
        }
    )
    return table.sort_values(["probability", "position"], ignore_index=True)


def share_wrong(scores: np.ndarray, labels: np.ndarray) -> float:
    """The estimated share of wrong labels: what lies off the diagonal of the confident joint, each
    class weighed by its rows. A family's own mistakes count as wrong labels."""
    believed = _believed(scores, labels)
    sure = believed >= 0
    wrong = pd.Series(believed != labels)[sure].groupby(labels[sure]).mean()
    rows = pd.Series(labels).value_counts(normalize=True)
    return float((wrong * rows.reindex(wrong.index)).sum())


def _believed(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The most probable class of each row that reaches its threshold, -1 where none does."""
    every = np.arange(scores.shape[1])
    means = [
        scores[labels == label, label].mean() if (labels == label).any() else 2 for label in every
    ]
    reached = np.where(scores >= np.array(means), scores, -1)
    return np.where(reached.max(axis=1) < 0, -1, reached.argmax(axis=1))
