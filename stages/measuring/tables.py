"""What is drawn from a family's scores on validation and test rows, as tables."""

import numpy as np
import pandas as pd
from sklearn import metrics

from stages.core.rows import Rows
from stages.measuring.metrics import interval, reliability
from stages.measuring.one_vs_rest import curves, summary_by_class

WORST = 20  # errors that are listed
EVERY_CELL = 100  # classes; where there are more, pairs that are never confused are left out
Parts = dict[str, np.ndarray]  # by split: validation, test


def tables(
    scores: Parts, rows: dict[str, Rows], classes: list[str], target: float
) -> dict[str, pd.DataFrame]:
    """By kind; curves and errors are of the test rows."""
    labels = {split: np.asarray(each.labels) for split, each in rows.items()}
    test = scores["test"], labels["test"]
    return {
        "classes": per_class(scores, labels, classes),
        "confusion": confusion(*test, classes),
        "one_vs_rest": summary_by_class(scores, labels, classes, target),
        **curves(*test, classes),
        "calibration": reliability(*test),
        "errors": worst_errors(*test, rows["test"].indices, classes),
    }


def per_class(scores: Parts, labels: Parts, classes: list[str]) -> pd.DataFrame:
    """Columns split, class, precision, recall, f1, support (rows of the class)."""
    parts = []
    for split, each in scores.items():
        found = metrics.precision_recall_fscore_support(
            labels[split], each.argmax(axis=1), labels=np.arange(len(classes)), zero_division=0
        )
        named = dict(zip(("precision", "recall", "f1", "support"), found, strict=True))
        parts.append(pd.DataFrame({"split": split, "class": classes} | named))
    return pd.concat(parts, ignore_index=True)


def by_source(scores: np.ndarray, labels: np.ndarray, sources: np.ndarray) -> pd.DataFrame:
    """A line for each of the `sources` (n,) that rows have: their number (`digits`), the accuracy
    on them and its 95 % interval."""
    right = pd.Series(scores.argmax(axis=1) == labels).groupby(sources, sort=False)
    table = right.agg(digits="count", accuracy="mean").rename_axis("source").reset_index()
    ends = [interval(int(each), n) for each, n in zip(right.sum(), table["digits"], strict=True)]
    table[["accuracy_low", "accuracy_high"]] = ends
    return table


def confusion(scores: np.ndarray, labels: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """One line for each pair of classes: `actual`, `predicted`, `count`, its share of the actual
    class (`of_actual`), and each error's share of the errors in its actual class and in its
    predicted class.

    Of more than `EVERY_CELL` classes only the pairs that occur.
    """
    counts = metrics.confusion_matrix(labels, scores.argmax(axis=1), labels=np.arange(len(classes)))
    wrong = counts * (1 - np.eye(len(classes), dtype=int))

    def shares(of: np.ndarray, axis: int) -> np.ndarray:
        # A class without rows, or without errors, has shares of 0.
        return (of / of.sum(axis, keepdims=True).clip(min=1)).ravel()

    table = pd.DataFrame(
        {
            "actual": np.repeat(classes, len(classes)),
            "predicted": np.tile(classes, len(classes)),
            "count": counts.ravel(),
            "of_actual": shares(counts, 1),
            "errors_of_actual": shares(wrong, 1),
            "errors_of_predicted": shares(wrong, 0),
        }
    )
    return table if len(classes) <= EVERY_CELL else table[table["count"] > 0]


def worst_errors(
    scores: np.ndarray, labels: np.ndarray, indices: np.ndarray, classes: list[str]
) -> pd.DataFrame:
    """The errors of greatest margin, score(predicted) - score(label): `index`, `label`,
    `predicted`, both scores and the `margin`; equal margins in the order of the rows."""
    predicted, every, named = scores.argmax(axis=1), np.arange(len(labels)), np.array(classes)
    table = pd.DataFrame(
        {
            "index": indices,
            "label": named[labels],
            "predicted": named[predicted],
            "score_predicted": scores[every, predicted].astype(np.float64),
            "score_label": scores[every, labels].astype(np.float64),
        }
    )
    table["margin"] = table["score_predicted"] - table["score_label"]
    wrong = table[predicted != labels]
    return wrong.sort_values("margin", ascending=False, kind="stable").head(WORST)
