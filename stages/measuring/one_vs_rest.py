"""One class against the rest: how well its column of the scores tells it from all others."""

import numpy as np
import pandas as pd
from sklearn import metrics

POINTS = 30  # of each curve that is kept; more cannot be seen


def roc_curves(scores: np.ndarray, labels: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """Columns class, false_positive_rate, true_positive_rate; from (0, 0) to (1, 1)."""
    parts = []
    for number, name in enumerate(classes):
        if not (labels == number).any():
            continue  # without a row of the class there is no curve
        false, true, _ = metrics.roc_curve(labels == number, scores[:, number])
        curve = pd.DataFrame({"false_positive_rate": false, "true_positive_rate": true})
        parts.append(_thin(curve).assign(**{"class": name}))
    return _class_first(parts)


def precision_recall_curves(
    scores: np.ndarray, labels: np.ndarray, classes: list[str]
) -> pd.DataFrame:
    """Columns class, threshold, precision, recall; a row is of the class from the threshold up."""
    parts = []
    for number, name in enumerate(classes):
        if not (labels == number).any():
            continue
        precision, recall, thresholds = metrics.precision_recall_curve(
            labels == number, scores[:, number], drop_intermediate=True
        )
        curve = {"threshold": thresholds, "precision": precision[:-1], "recall": recall[:-1]}
        parts.append(_thin(pd.DataFrame(curve)).assign(**{"class": name}))
    return _class_first(parts)


def best_threshold(scores: np.ndarray, positive: np.ndarray, target: float) -> float | None:
    """The threshold of greatest recall whose precision is at least `target`; None if none is."""
    precision, _, thresholds = metrics.precision_recall_curve(positive, scores)
    enough = thresholds[precision[:-1] >= target]
    return float(enough.min()) if len(enough) else None


def summary_by_class(
    scores: dict[str, np.ndarray], labels: dict[str, np.ndarray], classes: list[str], target: float
) -> pd.DataFrame:
    """A line for each class: AUC and average precision on test rows, and the threshold that
    reaches precision `target` on validation rows with what it gives there and on test rows.

    What the rows cannot tell, for want of the class among them, is left empty.
    """
    lines = []
    for number, name in enumerate(classes):
        own = {split: each[:, number] for split, each in scores.items()}
        positive = {split: each == number for split, each in labels.items()}
        known = {split: each.any() and not each.all() for split, each in positive.items()}
        line = {"class": name, "auc": None, "average_precision": None, "threshold": None}
        if known["test"]:
            line["auc"] = metrics.roc_auc_score(positive["test"], own["test"])
            line["average_precision"] = metrics.average_precision_score(
                positive["test"], own["test"]
            )
        threshold = None
        if known["validation"]:
            threshold = best_threshold(own["validation"], positive["validation"], target)
            line["threshold"] = threshold
        for split in ("validation", "test"):
            if threshold is not None:
                found = own[split] >= threshold
                line[f"{split}_precision"] = metrics.precision_score(
                    positive[split], found, zero_division=0
                )
                line[f"{split}_recall"] = metrics.recall_score(positive[split], found)
        lines.append(line)
    columns = ["class", "auc", "average_precision", "threshold"]
    columns += [f"{split}_{what}" for split in scores for what in ("precision", "recall")]
    return pd.DataFrame(lines, columns=columns)


def _thin(curve: pd.DataFrame) -> pd.DataFrame:
    """At most so many of the rows, evenly, with both ends."""
    if len(curve) <= POINTS:
        return curve
    return curve.iloc[np.linspace(0, len(curve) - 1, POINTS).round().astype(int)]


def _class_first(parts: list[pd.DataFrame]) -> pd.DataFrame:
    table = pd.concat(parts, ignore_index=True).replace([np.inf, -np.inf], np.nan)
    return table[["class", *table.columns.drop("class")]]
