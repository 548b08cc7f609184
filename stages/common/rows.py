"""Labelled images on disk: arrays of their own files, so that they can be memory-mapped."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from stages.common.files import new_folder

SIDE = 28


class Rows(NamedTuple):
    """`images` uint8 (n, 28, 28), ink high on background 0; `labels` int64 (n,); `indices` int64
    (n,): where each row stood in its source file."""

    images: np.ndarray
    labels: np.ndarray
    indices: np.ndarray

    def take(self, chosen: np.ndarray) -> "Rows":
        """The chosen rows, in the given order."""
        return Rows(*(array[chosen] for array in self))


def save_rows(folder: Path, rows: Rows) -> None:
    """Write one .npy file for each array."""
    with new_folder(folder) as temporary:
        for name, array in rows._asdict().items():
            np.save(temporary / f"{name}.npy", array)


def load_rows(folder: Path) -> Rows:
    """Memory-map what `save_rows` wrote."""
    return Rows(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in Rows._fields))
