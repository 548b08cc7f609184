"""What work costs: the time and memory of a fit, and what a fitted family's answers take."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median

import numpy as np
import psutil

INTERVAL = 0.05  # seconds between two looks at the memory
SINGLE = 30  # digits that are asked one by one
MOST_SECONDS = 2.0  # and no longer than this

Score = Callable[[np.ndarray], np.ndarray]


class Meter:
    """A context manager; afterwards `seconds` and `peak_memory_mb` (resident, children included).

    Children count because Spark computes in a Java process of its own.
    """

    seconds: float = 0.0
    peak_memory_mb: float = 0.0

    def __enter__(self) -> "Meter":
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        self._start = time.perf_counter()
        return self

    def __exit__(self, *error: object) -> None:
        self.seconds = time.perf_counter() - self._start
        self._look()
        self._done.set()
        self._thread.join()

    @property
    def costs(self) -> dict[str, float]:
        """Both numbers, rounded, as they are written down."""
        return {"seconds": round(self.seconds, 2), "peak_memory_mb": round(self.peak_memory_mb)}

    def _watch(self) -> None:
        while not self._done.wait(INTERVAL):
            self._look()

    def _look(self) -> None:
        process = psutil.Process()
        total = 0
        for each in [process, *process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):  # it ended between the two calls
                total += each.memory_info().rss
        self.peak_memory_mb = max(self.peak_memory_mb, total / 1e6)


def answer_costs(score: Score, images: np.ndarray, model: Path) -> dict[str, float]:
    """What an answer of the model in the folder costs, by what it takes for these images."""
    alone = milliseconds_alone(score, images)  # first: it also loads what a library loads late
    found = {
        "milliseconds_per_digit": alone,
        "digits_per_second": len(images) / _seconds(score, images),
        "size_mb": sum(file.stat().st_size for file in model.rglob("*") if file.is_file()) / 1e6,
    }
    return {key: float(f"{value:.4g}") for key, value in found.items()}


def milliseconds_alone(score: Score, images: np.ndarray, most: int = SINGLE) -> float:
    """The median time to score one image (n, height, width), after a first that is not counted;
    at most so many are asked."""
    score(images[:1])
    found: list[float] = []
    while len(found) < most and sum(found) < MOST_SECONDS:
        number = len(found) % len(images)
        found.append(_seconds(score, images[number : number + 1]))
    return 1000 * median(found)


def _seconds(score: Score, images: np.ndarray) -> float:
    start = time.perf_counter()
    score(images)
    return time.perf_counter() - start
