"""How well the final model reads pictures that are not in MNIST's form, for `make bench`."""

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from stages.core.paths import FINAL, TEST
from stages.core.rows import Rows, load_rows
from stages.serving.batches import batches, open_sources
from stages.serving.saved import load_saved

DIGITS = 200
LARGER = 5
MARGIN = 120  # pixels of paper that may stand on either side


def picture(image: np.ndarray, rng: np.random.Generator) -> Image.Image:
    """The digit, uint8 (height, width), dark on light, enlarged, and off the paper's centre."""
    height, width = (side * LARGER for side in image.shape)
    enlarged = Image.fromarray(255 - image).resize((width, height), Image.Resampling.BICUBIC)
    paper = Image.new("L", (width + MARGIN, height + MARGIN), 255)
    paper.paste(enlarged, tuple(rng.integers(MARGIN + 1, size=2).tolist()))
    return paper


def accuracy_on_pictures(rows: Rows, name: str) -> float:
    """The share of the rows that the model `name` reads rightly from such pictures."""
    rng, saved = np.random.default_rng(0), load_saved(name)
    with tempfile.TemporaryDirectory() as folder:
        for number, image in enumerate(rows.images):
            picture(image, rng).save(Path(folder, f"{number:05}.png"))
        found = [
            saved.score(batch.images).argmax(axis=1) for batch in batches(open_sources([folder]))
        ]
    return float((np.concatenate(found) == rows.labels).mean())


def lines() -> list[tuple[str, float, str]]:
    """The final model on the first test digits."""
    rows = load_rows(TEST).take(np.arange(DIGITS))
    found = accuracy_on_pictures(rows, FINAL.name)
    return [(f"accuracy on {DIGITS} test digits as scans", found, ">= 0.95")]
