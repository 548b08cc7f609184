"""Single images and blocks of them as small PNG pictures inside the page: dark ink on white."""

import base64
import io

import numpy as np
from PIL import Image

SIDE_OF_BLOCK = 4  # images
IN_A_BLOCK = SIDE_OF_BLOCK**2


def data_uri(image: np.ndarray) -> str:
    """A PNG, in 16 greys, of uint8 (height, width)."""
    picture = Image.fromarray(((image.astype(np.uint16) + 8) // 17).astype(np.uint8))
    picture.putpalette([255 - 17 * level for level in range(16) for _ in "rgb"])
    file = io.BytesIO()
    picture.save(file, "PNG", bits=4, optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def block(images: np.ndarray) -> np.ndarray:
    """The first images (n, height, width) in one square, uint8; missing ones are paper."""
    height, width = images.shape[1:]
    tiles = np.zeros((IN_A_BLOCK, height, width), np.uint8)
    tiles[: len(images)] = images[: len(tiles)]
    square = tiles.reshape(SIDE_OF_BLOCK, SIDE_OF_BLOCK, height, width).swapaxes(1, 2)
    return square.reshape(SIDE_OF_BLOCK * height, SIDE_OF_BLOCK * width)


def pair_blocks(
    images: np.ndarray, labels: np.ndarray, predicted: np.ndarray, pair: tuple[int, int]
) -> list[tuple[int, int, int, np.ndarray]]:
    """For two classes, the four (label, predicted, how many, block of the first of them)."""
    found = []
    for actual in pair:
        for said in pair:
            rows = np.flatnonzero((labels == actual) & (predicted == said))
            found.append((actual, said, len(rows), block(images[rows[:IN_A_BLOCK]])))
    return found
