"""How fast a large CSV is read, and in how much memory, for `make bench`."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import yaml

from stages.common.params import PARAMS_FILE
from stages.common.paths import TRAIN
from stages.common.rows import load_rows

ROWS, TIMES = 20_000, 25  # training rows, and how often they are repeated


def write_table(path: Path) -> None:
    """The first training rows as Kaggle's train.csv has them, again and again."""
    rows = load_rows(TRAIN)
    table = np.column_stack([rows.labels[:ROWS], rows.images[:ROWS].reshape(-1, 784)])
    body = "\n".join(",".join(map(str, row)) for row in table.tolist()) + "\n"
    with path.open("w") as file:
        file.write(",".join(["label", *(f"pixel{n}" for n in range(784))]) + "\n")
        for _ in range(TIMES):
            file.write(body)


def lines() -> list[tuple[str, float, str]]:
    """The stage `download` on such a file, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_table(place / "train.csv")
        params = yaml.safe_load(PARAMS_FILE.read_text(encoding="utf-8"))
        params["download"] |= {"dataset": "csv", "source": "train.csv"}
        (place / PARAMS_FILE).write_text(yaml.safe_dump(params), encoding="utf-8")
        start = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-m", "stages.download"],
            cwd=place,
            env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        )
        _, status, usage = os.wait4(child.pid, 0)  # this child's own peak, not that of others
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, child.args)
    return [
        ("rows of a CSV", ROWS * TIMES, ""),
        ("rows read per second", ROWS * TIMES / seconds, ""),
        ("GB, peak memory of reading it", usage.ru_maxrss / 1e6, "<= 2"),
    ]
