"""What a block of work costs: seconds, and the peak memory of this process and its children."""

import threading
import time

import psutil

INTERVAL = 0.05  # seconds between two looks at the memory


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
            try:
                total += each.memory_info().rss
            except psutil.NoSuchProcess:
                continue  # it ended between the two calls
        self.peak_memory_mb = max(self.peak_memory_mb, total / 1e6)
