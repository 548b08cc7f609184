"""How fast an ONNX file answers, for `make bench`."""

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession

from stages.core.paths import FINAL, TEST
from stages.core.rows import load_rows
from stages.fitting.machine import threads
from stages.fitting.meter import milliseconds_alone
from stages.serving.export import export
from stages.serving.onnx_runtime import ask, open_onnx

ALONE = 1000  # digits that are asked one by one
BATCH = 250  # a larger one falls out of the processor's cache
ROUNDS = 5


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


def lines() -> list[tuple[str, float, str]]:
    """The same of the final model, exported for it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "final.onnx")
        export(FINAL.name, path)
        return measured(path)
