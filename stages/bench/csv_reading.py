"""How fast a large CSV is read, and in how much memory, for `make bench`."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import yaml

from stages.core.params import PARAMS_FILE
from stages.core.paths import TRAIN
from stages.core.rows import load_rows

ROWS, TIMES = 20_000, 25  # training rows, and how often they are repeated
# A process of its own: its memory holds nothing of this one's, which may be large.
MEASURED = """
import json
from stages.fitting.meter import Meter
from stages.download import main

with Meter() as meter:
    main()
print(json.dumps(meter.costs))
"""


def lines() -> list[tuple[str, float, str]]:
    """The stage `download` on such a file."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_table(place / "train.csv")
        params = yaml.safe_load(PARAMS_FILE.read_text(encoding="utf-8"))
        params["download"] |= {"dataset": "csv", "source": "train.csv"}
        (place / PARAMS_FILE).write_text(yaml.safe_dump(params), encoding="utf-8")
        command, environment = [sys.executable, "-c", MEASURED], {"PYTHONPATH": str(Path.cwd())}
        said = subprocess.check_output(command, cwd=place, env=os.environ | environment, text=True)
    costs = json.loads(said.splitlines()[-1])
    return [
        ("rows of a CSV", ROWS * TIMES, ""),
        ("rows read per second", ROWS * TIMES / costs["seconds"], ""),
        ("GB, peak memory of reading it", costs["peak_memory_mb"] / 1000, "<= 2"),
    ]


def write_table(path: Path) -> None:
    """The first training rows as Kaggle's train.csv has them, again and again."""
    rows = load_rows(TRAIN)
    table = np.column_stack([rows.labels[:ROWS], rows.images[:ROWS].reshape(-1, 784)])
    body = "".join(",".join(map(str, row)) + "\n" for row in table.tolist())
    with path.open("w") as file:
        file.write(",".join(["label", *(f"pixel{n}" for n in range(784))]) + "\n")
        file.writelines([body] * TIMES)
