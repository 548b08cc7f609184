"""How long a fitted family takes to answer."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

Score = Callable[[np.ndarray], np.ndarray]
SINGLE = 30  # digits that are asked one by one
MOST_SECONDS = 2.0  # and no longer than this


def timed(score: Score, images: np.ndarray) -> tuple[np.ndarray, float]:
    """The scores of all images in one call, and its seconds."""
    start = time.perf_counter()
    scores = score(images)
    return scores, time.perf_counter() - start


def milliseconds_alone(score: Score, images: np.ndarray, most: int = SINGLE) -> float:
    """The median time to score one image (n, height, width), after a first that is not counted;
    at most so many are asked."""
    score(images[:1])
    found: list[float] = []
    while len(found) < most and sum(found) < MOST_SECONDS:
        number = len(found) % len(images)
        found.append(timed(score, images[number : number + 1])[1])
    return 1000 * median(found)


def size_mb(folder: Path) -> float:
    """Megabytes (10^6 bytes) of all files in the folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def answer_costs(score: Score, images: np.ndarray, model: Path) -> dict[str, float]:
    """What an answer of the model in the folder costs, by what it takes for these images."""
    alone = milliseconds_alone(score, images)  # first: it also loads what a library loads late
    found = {
        "milliseconds_per_digit": alone,
        "digits_per_second": len(images) / timed(score, images)[1],
        "size_mb": size_mb(model),
    }
    return {key: float(f"{value:.4g}") for key, value in found.items()}
