"""Test images as small PNG pictures inside the page: dark ink on white."""

import base64
import io
from itertools import product

import numpy as np
from PIL import Image

from stages.core.rows import Rows
from stages.drawing.pairs import Blocks

SIDE_OF_BLOCK = 4  # images
IN_A_BLOCK = SIDE_OF_BLOCK**2


def data_uri(image: np.ndarray) -> str:
    """A PNG, in 16 greys, of uint8 (height, width)."""
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
