"""How fast the final model's ONNX file answers, and how well it reads scans, for `make bench`."""

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession
from PIL import Image

from stages.core.paths import FINAL, TEST
from stages.core.rows import load_rows
from stages.fitting.machine import threads
from stages.fitting.meter import milliseconds_alone
from stages.serving.batches import batches, open_sources
from stages.serving.export import ask, export, open_onnx
from stages.serving.saved import load_saved

ALONE = 1000  # digits that are asked one by one
BATCH = 250  # a larger one falls out of the processor's cache
ROUNDS = 5
SCANS = 200
LARGER = 5
MARGIN = 120  # pixels of paper that may stand on either side


def onnx() -> list[tuple[str, float, str]]:
    """The final model, exported for it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "final.onnx")
        export(FINAL.name, path)
        return measured(path)


def measured(path: Path) -> list[tuple[str, float, str]]:
    """What, how much, and the goal, of a file that `python -m stages export` wrote."""
    session, test = open_onnx(path), load_rows(TEST)
    single = open_onnx(path, cores=1)
    images = np.asarray(test.images)
    _, labels = ask(session, images)
    alone = milliseconds_alone(partial(ask, session), images, ALONE)
    return [
        ("test accuracy", float((labels == test.labels).mean()), ""),
        ("milliseconds for one digit, median", alone, "<= 0.5"),
        ("digits per second in batches", digits_per_second(single, images), ">= 20000"),
        ("MB of the file", path.stat().st_size / 1e6, ""),
    ]


def digits_per_second(session: InferenceSession, images: np.ndarray) -> float:
    """The median of some rounds over all images, a batch on each core at a time.

    `session` uses one core for a call: batches side by side wait for each other less than the parts
    of one batch do.
    """
    batches = [images[start : start + BATCH] for start in range(0, len(images), BATCH)]
    found = []
    with ThreadPoolExecutor(threads()) as pool:
        for _ in range(ROUNDS):
            start = time.perf_counter()
            list(pool.map(partial(ask, session), batches))
            found.append(len(images) / (time.perf_counter() - start))
    return statistics.median(found)


def scans() -> list[tuple[str, float, str]]:
    """The share of the first test digits that it reads rightly from pictures of them."""
    rows = load_rows(TEST).take(np.arange(SCANS))
    rng, saved = np.random.default_rng(0), load_saved(FINAL.name)
    with tempfile.TemporaryDirectory() as folder:
        for number, image in enumerate(rows.images):
            picture(image, rng).save(Path(folder, f"{number:05}.png"))
        found = [saved.score(batch.images).argmax(1) for batch in batches(open_sources([folder]))]
    share = float((np.concatenate(found) == rows.labels).mean())
    return [(f"accuracy on {SCANS} test digits as scans", share, ">= 0.95")]


def picture(image: np.ndarray, rng: np.random.Generator) -> Image.Image:
    """The digit, uint8 (height, width), dark on light, enlarged, and off the paper's centre."""
    height, width = (side * LARGER for side in image.shape)
    enlarged = Image.fromarray(255 - image).resize((width, height), Image.Resampling.BICUBIC)
    paper = Image.new("L", (width + MARGIN, height + MARGIN), 255)
    paper.paste(enlarged, tuple(rng.integers(MARGIN + 1, size=2).tolist()))
    return paper
