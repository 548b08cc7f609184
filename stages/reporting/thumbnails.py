"""Test images inside the page: as small pictures, in squares, and all of them for its viewer."""

import base64
import io
from itertools import product
from typing import Any

import numpy as np
from PIL import Image

from stages.core.rows import SIDE, Rows
from stages.core.scores import are_probabilities
from stages.drawing.images import Blocks

SIDE_OF_BLOCK = 4  # images
IN_A_BLOCK = SIDE_OF_BLOCK**2
LIMIT = 10_000  # test images in the page, which is a few megabytes of it
PER_LINE = 100  # images side by side in the sprite


def data_uri(image: np.ndarray) -> str:
    """A PNG, in 16 greys, dark ink on white, of uint8 (height, width)."""
    picture = Image.fromarray(((image.astype(np.uint16) + 8) // 17).astype(np.uint8))
    picture.putpalette([255 - 17 * level for level in range(16) for _ in "rgb"])
    file = io.BytesIO()
    picture.save(file, "PNG", bits=4, optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def sheet(images: np.ndarray, lines: int, per_line: int) -> np.ndarray:
    """The first images (n, height, width) as one, uint8; where none is left it is 0, paper."""
    height, width = images.shape[1:]
    tiles = np.zeros((lines * per_line, height, width), np.uint8)
    tiles[: len(images)] = images[: len(tiles)]
    rows = tiles.reshape(lines, per_line, height, width).swapaxes(1, 2)
    return rows.reshape(lines * height, per_line * width)


def pair_blocks(test: Rows, predicted: np.ndarray, pair: tuple[int, int]) -> Blocks:
    """For two classes, the four (label, predicted, how many, a square of the first of them)."""
    found = []
    for actual, said in product(pair, repeat=2):
        rows = np.flatnonzero((test.labels == actual) & (predicted == said))
        first = test.images[rows[:IN_A_BLOCK]]
        found.append((actual, said, len(rows), sheet(first, SIDE_OF_BLOCK, SIDE_OF_BLOCK)))
    return found


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
