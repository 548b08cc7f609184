"""One class against the rest: how well its column of the scores tells it from all others."""

import numpy as np
import pandas as pd
from sklearn import metrics
from statsmodels.stats.proportion import proportion_confint

POINTS = 30  # of each curve that is kept; more cannot be seen
DOUBT = 0.05  # how often a threshold may promise more precision than it has


def curves(scores: np.ndarray, labels: np.ndarray, classes: list[str]) -> dict[str, pd.DataFrame]:
    """The curves of each class that has a row, by kind, with the column `class` first: `roc`
    (false_positive_rate, true_positive_rate; from (0, 0) to (1, 1)) and `precision_recall`
    (threshold, precision, recall; a row is of the class from the threshold up)."""
    roc, precision_recall = {}, {}
    for number, name in enumerate(classes):
        positive, own = labels == number, scores[:, number]
        if positive.any():
            false, true, _ = metrics.roc_curve(positive, own)
            roc[name] = _thin(false_positive_rate=false, true_positive_rate=true)
            precision, recall, threshold = metrics.precision_recall_curve(
                positive, own, drop_intermediate=True
            )
            precision_recall[name] = _thin(
                threshold=threshold, precision=precision[:-1], recall=recall[:-1]
            )
    both = {"roc": roc, "precision_recall": precision_recall}
    return {kind: pd.concat(of, names=["class"]).reset_index("class") for kind, of in both.items()}


def best_threshold(positive: np.ndarray, scores: np.ndarray, target: float) -> float | None:
    """The threshold of greatest recall whose precision is surely at least `target`: so is the low
    end of its one-sided 95 % interval (Wilson). None if none is, or if the rows are all of one
    kind."""
    if not _mixed(positive):
        return None
    thresholds = np.unique(scores)
    found, right = (  # rows from each threshold up, and those of them that are positive
        len(own) - np.searchsorted(np.sort(own), thresholds) for own in (scores, scores[positive])
    )
    low, _ = proportion_confint(right, found, 2 * DOUBT, method="wilson")
    enough = thresholds[low >= target]
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
        parts = {split: (labels[split] == number, own[:, number]) for split, own in scores.items()}
        line = {"class": name}
        if _mixed(parts["test"][0]):
            line["auc"] = metrics.roc_auc_score(*parts["test"])
            line["average_precision"] = metrics.average_precision_score(*parts["test"])
        threshold = best_threshold(*parts["validation"], target)
        if threshold is not None:
            line["threshold"] = threshold
            for split, (positive, own) in parts.items():
                precision, recall, *_ = metrics.precision_recall_fscore_support(
                    positive, own >= threshold, average="binary", zero_division=0
                )
                line |= {f"{split}_precision": precision, f"{split}_recall": recall}
        lines.append(line)
    columns = ["class", "auc", "average_precision", "threshold"]
    columns += [f"{split}_{what}" for split in scores for what in ("precision", "recall")]
    return pd.DataFrame(lines, columns=columns)


def _mixed(positive: np.ndarray) -> bool:
    return positive.any() and not positive.all()


def _thin(**curve: np.ndarray) -> pd.DataFrame:
    """At most so many of the curve's points, evenly, with both ends."""
    points = pd.DataFrame(curve)
    return points.iloc[
        np.linspace(0, len(points) - 1, min(len(points), POINTS)).round().astype(int)
    ]
