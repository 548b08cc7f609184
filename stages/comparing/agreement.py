"""Which rows families miss together, and which one of them has right alone.

`right` is always booleans (rows, families): who has which row right.
"""

import numpy as np
import pandas as pd

from stages.core.rows import Rows


def is_informed(scores: np.ndarray) -> bool:
    """Whether the family answers differently to different rows; a constant guess misses no row of
    its class, so it would hide what all others miss."""
    return len(np.unique(scores.argmax(axis=1))) > 1


def informed(right: pd.DataFrame, scores: dict[str, np.ndarray]) -> pd.DataFrame:
    """Its columns of the families that are informed, or all where none is."""
    return right[[name for name in right if is_informed(scores[name])] or list(right)]


def misses(right: pd.DataFrame) -> pd.Series:
    """How many families miss each row."""
    return (~right).sum(axis=1)


def missed_counts(right: pd.DataFrame) -> pd.DataFrame:
    """How many rows (`digits`) so many families miss (`missed_by`, from 0 to all of them)."""
    counts = np.bincount(misses(right), minlength=right.shape[1] + 1)
    return pd.DataFrame({"missed_by": range(len(counts)), "digits": counts})


def missed_rows(right: pd.DataFrame, test: Rows, classes: list[str]) -> pd.DataFrame:
    """The rows that at most one family has right, the hardest first: `index`, `label`,
    `missed_by` so many of them, and `only`, the one that is right."""
    by, all_but_one = misses(right), right.shape[1] - 1
    table = pd.DataFrame(
        {
            "index": np.asarray(test.indices),
            "label": np.array(classes)[test.labels],
            "missed_by": by,
            "only": right.idxmax(axis=1).where(by == all_but_one, ""),
        }
    )
    return table[by >= all_but_one].sort_values(["missed_by", "index"], ascending=[False, True])


def right_alone(right: pd.DataFrame) -> pd.DataFrame:
    """How many rows each `family` has right that all others miss (`digits`)."""
    alone = right[misses(right) == right.shape[1] - 1].sum()
    return alone.rename_axis("family").rename("digits").reset_index()


def among(images: np.ndarray, rows: Rows) -> list[bool]:
    """Which of the images (n, height, width) are, pixel for pixel, images of the rows."""
    return [bool((rows.images == image).all(axis=(1, 2)).any()) for image in images]


def hard_answers(
    known: pd.DataFrame, answers: dict[str, np.ndarray], classes: list[str]
) -> pd.DataFrame:
    """What each family says of each hard image (a line of `known`), with the score it gives."""
    parts = [known.assign(family="", predicted="", score=0.0)[:0]]
    for name, scores in answers.items():
        said = {"family": name, "predicted": np.array(classes)[scores.argmax(axis=1)]}
        parts.append(known.assign(**said, score=scores.max(axis=1).astype(np.float64)))
    return pd.concat(parts, ignore_index=True).sort_values(["file", "index"])
