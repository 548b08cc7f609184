"""What the report embeds so that a reader can look at the test images behind its numbers."""

import base64
from typing import Any

import numpy as np

from stages.core.rows import SIDE, Rows
from stages.core.scores import are_probabilities
from stages.reporting.thumbnails import data_uri, sheet

LIMIT = 10_000  # test images in the page, which is a few megabytes of it
PER_LINE = 100  # images side by side in the sprite


def viewer_data(test: Rows, classes: list[str], scores: dict[str, np.ndarray]) -> dict[str, Any]:
    """The first `LIMIT` test images and what each family says of them, ready for JSON.

    `scores` has a float32 array (n, classes) for each family, in the order in which the page
    offers them. Numbers are packed: base64 of their little-endian bytes. `labels` and each family's
    `predicted` are uint16, `indices` uint32; `p_predicted` and `p_label` are round(255 p) as uint8,
    or None where the family's scores are no probabilities.
    """
    images, labels, indices = (array[:LIMIT] for array in test)
    return {
        "shown": len(labels),
        "total": len(test.labels),
        "side": SIDE,
        "per_line": PER_LINE,
        "sprite": data_uri(sheet(images, -(-len(images) // PER_LINE), PER_LINE)),
        "labels": _packed(labels, "<u2"),
        "indices": _packed(indices, "<u4"),
        "classes": classes,
        "families": [_said(name, each, labels) for name, each in scores.items()],
    }


def _said(name: str, scores: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """What a family says of the first rows of its scores, as many as there are labels."""
    told, sure = scores[: len(labels)], are_probabilities(scores)
    predicted = told.argmax(axis=1)

    def of(columns: np.ndarray) -> str | None:
        """The probability of one column for each row."""
        chosen = told[np.arange(len(told)), columns].clip(0, 1)
        return _packed(np.rint(255 * chosen), "u1") if sure else None

    return {
        "name": name,
        "predicted": _packed(predicted, "<u2"),
        "p_predicted": of(predicted),
        "p_label": of(labels),
    }


def _packed(numbers: np.ndarray, kind: str) -> str:
    return base64.b64encode(numbers.astype(kind).tobytes()).decode()
