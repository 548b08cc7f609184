"""What every family is asked besides its validation and test rows, on disk."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from stages.core.files import read_json
from stages.core.paths import PROBES

HARD = PROBES / "hard"
CORRUPTED = PROBES / "corrupted"
WANTED = PROBES / "wanted.json"


class Probe(NamedTuple):
    """`images` uint8 (n, 28, 28), `labels` int64 (n,); `table`: a line of facts for each group of
    rows (of corrupted images) or for each row (of hard ones)."""

    images: np.ndarray
    labels: np.ndarray
    table: pd.DataFrame


def save_probe(folder: Path, probe: Probe) -> None:
    """Write the three into an existing folder."""
    folder.mkdir()
    np.save(folder / "images.npy", probe.images)
    np.save(folder / "labels.npy", probe.labels)
    probe.table.to_csv(folder / "table.csv", index=False)


def load_probe(folder: Path) -> Probe:
    """Memory-map what `save_probe` wrote."""
    arrays = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("images", "labels"))
    return Probe(*arrays, pd.read_csv(folder / "table.csv"))


def target_precision() -> float:
    """What each class's threshold has to reach on the validation rows."""
    return read_json(WANTED)["target_precision"]
