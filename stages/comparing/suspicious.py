"""Labels that look wrong, by confident learning (Northcutt, Jiang, Chuang 2021).

`probabilities` (n, classes) are of rows that no family was fitted on; `labels` (n,) are theirs.
"""

import numpy as np
import pandas as pd

from stages.core.rows import Rows

SHOWN = 50  # rows in the list


def confident_classes(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The class that each row surely is, -1 where there is none: the likeliest of those that it is
    given at least the mean probability of that rows so labelled are given."""
    means = np.array(
        [
            probabilities[labels == name, name].mean() if (labels == name).any() else np.inf
            for name in range(probabilities.shape[1])
        ]
    )
    # As sums round, a row that has just the mean must not fall below it.
    sure = np.where(probabilities >= means - 1e-6, probabilities, -1)
    return np.where(sure.max(axis=1) >= 0, sure.argmax(axis=1), -1)


def wrong_share(found: np.ndarray, labels: np.ndarray) -> float:
    """The estimated share of wrong labels: of each label the share of its sure rows that are surely
    of another class, weighted by all rows with that label."""
    sure = found >= 0
    table = pd.DataFrame({"label": labels[sure], "wrong": (found != labels)[sure]})
    rates = table.groupby("label")["wrong"].mean()
    return float(pd.Series(labels).map(rates).fillna(0).mean())


def suspicious_labels(
    parts: dict[str, Rows], probabilities: dict[str, np.ndarray], classes: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first `SHOWN` suspicious rows of the parts, the least likely label first: `part`,
    `index`, `label`, `predicted` (the class suggested instead), `probability` of the label; and, on
    one line, how many `rows` were judged, are `suspicious`, and the estimated `share` wrong."""
    labels = np.concatenate([rows.labels for rows in parts.values()])
    told = np.concatenate([probabilities[part] for part in parts])
    found, names = confident_classes(told, labels), np.array(classes)
    table = pd.DataFrame(
        {
            "part": np.repeat(list(parts), [len(rows.labels) for rows in parts.values()]),
            "index": np.concatenate([rows.indices for rows in parts.values()]),
            "label": names[labels],
            "predicted": names[found],
            "probability": told[np.arange(len(labels)), labels].astype(np.float64),
        }
    )
    wrong = table[(found >= 0) & (found != labels)].sort_values("probability", kind="stable")
    numbers = {"rows": len(labels), "suspicious": len(wrong), "share": wrong_share(found, labels)}
    return wrong[:SHOWN], pd.DataFrame([numbers])


def told_suspicious(judged: pd.DataFrame) -> str:
    """The numbers of `suspicious_labels` in one clause."""
    (line,) = judged.itertuples()
    if not line.suspicious:
        return f"none of the {line.rows:,} validation and test labels looks wrong"
    looks = "look" if line.suspicious > 1 else "looks"
    return (
        f"{line.suspicious:,} of the {line.rows:,} validation and test labels {looks} wrong "
        f"(estimated share of wrong labels: {100 * line.share:.1f} %)"
    )
