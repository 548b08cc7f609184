"""What the report embeds so that a reader can look at the test images behind its numbers."""

import base64
from typing import Any

import numpy as np

from stages.core.rows import SIDE, Rows
from stages.core.scores import are_probabilities
from stages.reporting.thumbnails import data_uri

LIMIT = 10_000  # test images in the page, which is a few megabytes of it
PER_LINE = 100  # images side by side in the sprite


def viewer_data(test: Rows, classes: list[str], scores: dict[str, np.ndarray]) -> dict[str, Any]:
    """The first `LIMIT` test images and what each family says of them, ready for JSON.

    `scores` has a float32 array (n, classes) for each family, in the order in which the page
    offers them. Numbers are packed: base64 of their little-endian bytes. `labels` and each family's
    `predicted` are uint16, `indices` uint32; `p_predicted` and `p_label` are round(255 p) as uint8,
    or None where the family's scores are no probabilities.
    """
    shown = min(len(test.labels), LIMIT)
    return {
        "shown": shown,
        "total": len(test.labels),
        "side": SIDE,
        "per_line": PER_LINE,
        "sprite": data_uri(sheet(test.images[:shown])),
        "labels": _packed(test.labels[:shown], "<u2"),
        "indices": _packed(test.indices[:shown], "<u4"),
        "classes": classes,
        "families": [_said(name, each, test.labels[:shown]) for name, each in scores.items()],
    }


def sheet(images: np.ndarray) -> np.ndarray:
    """uint8 images (n, 28, 28) as one of `PER_LINE` to a line; what is left of the last is 0."""
    lines = -(-len(images) // PER_LINE)
    tiles = np.zeros((lines * PER_LINE, SIDE, SIDE), np.uint8)
    tiles[: len(images)] = images
    rows = tiles.reshape(lines, PER_LINE, SIDE, SIDE).swapaxes(1, 2)
    return rows.reshape(lines * SIDE, PER_LINE * SIDE)


def _said(name: str, scores: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """What a family says of the first rows of its scores, as many as there are labels."""
    told = np.asarray(scores[: len(labels)])
    predicted = told.argmax(axis=1)
    sure = are_probabilities(scores)
    return {
        "name": name,
        "predicted": _packed(predicted, "<u2"),
        "p_predicted": _packed(_bytes(told, predicted), "u1") if sure else None,
        "p_label": _packed(_bytes(told, labels), "u1") if sure else None,
    }


def _bytes(probabilities: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """round(255 p) of one column (n,) for each row."""
    chosen = np.take_along_axis(probabilities, columns[:, None], axis=1)[:, 0]
    return np.rint(255 * chosen.clip(0, 1))


def _packed(numbers: np.ndarray, kind: str) -> str:
    return base64.b64encode(numbers.astype(kind).tobytes()).decode()
