"""Labelled images on disk: arrays of their own files, so that they can be memory-mapped."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stages.core.files import read_json, write_json

SIDE = 28
DESCRIPTION = "dataset.json"


class Rows(NamedTuple):
    """`images` uint8 (n, 28, 28), ink high on background 0; `labels` int64 (n,); `indices` int64
    (n,): where each row stood in its source file."""

    images: np.ndarray
    labels: np.ndarray
    indices: np.ndarray

    def take(self, chosen: np.ndarray) -> "Rows":
        """The chosen rows, in the given order."""
        return Rows(*(array[chosen] for array in self))


class Dataset(NamedTuple):
    """What rows are of: the data set's `name`, and the names of its classes by label.

    `sources`: of one that is joined of others, the name and number of rows of each, in the order in
    which `indices` count them.
    """

    name: str
    classes: list[str]
    sources: Sequence[tuple[str, int]] = ()

    def source_of(self, indices: np.ndarray) -> np.ndarray:
        """The name of each row's source, where there are `sources`."""
        names, counts = zip(*self.sources, strict=True)
        return np.array(names)[np.searchsorted(np.cumsum(counts), indices, side="right")]


def concatenated(parts: list[Rows]) -> Rows:
    """The rows of all parts, one after the other."""
    return Rows(*map(np.concatenate, zip(*parts, strict=True)))


def save_rows(folder: Path, rows: Rows, dataset: Dataset) -> None:
    """Write one .npy file for each array into a new folder, and what they are of."""
    folder.mkdir(parents=True)
    for name, array in rows._asdict().items():
        np.save(folder / f"{name}.npy", array)
    write_json(folder / DESCRIPTION, dataset._asdict())


def load_rows(folder: Path) -> Rows:
    """Memory-map what `save_rows` wrote."""
    return Rows(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in Rows._fields))


def load_dataset(folder: Path) -> Dataset:
    """What the rows in the folder are of."""
    return Dataset(**read_json(folder / DESCRIPTION))
