"""What a user names on the command line, as batches of digits in the form of MNIST."""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.reading.array_rows import CHUNK, RowFile, open_idx, open_npy, open_npz
from stages.reading.csv_layout import LABEL
from stages.reading.csv_rows import open_csv
from stages.reading.faults import read_head, reading
from stages.reading.pictures import SUFFIXES, read_picture
from stages.reading.scan import as_digit
from stages.reading.upright import upright

STDIN = "-"
IDX_NAMES = ("idx", "ubyte")
IDX_TYPES = (0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E)


class Batch(NamedTuple):
    """`names` (n,): where each digit came from; `images` uint8 (n, 28, 28), ink high on 0; `blank`
    bool (n,): the rows without a digit, whose image means nothing."""

    names: list[str]
    images: np.ndarray
    blank: np.ndarray


class Source(NamedTuple):
    """A picture, or a file of many rows; a picture is opened only when its turn comes."""

    name: str
    rows: RowFile | None

    @property
    def count(self) -> int | None:
        """How many digits; None where only reading tells."""
        return self.rows.count if self.rows else 1


def open_sources(names: list[str], label: str | int = LABEL) -> list[Source]:
    """Every picture and file of rows, those in folders too; raises `UserError`.

    Heads and sizes of files of rows are checked here, before any work. `label`: the column of a
    CSV to be left aside.
    """
    return [source for name in names for source in _open(name, label)]


def batches(sources: list[Source]) -> Iterator[Batch]:
    """All digits in order, a thousand or so at a time."""
    waiting: list[Batch] = []
    for source in sources:
        for batch in _rows(source) if source.rows else [_picture(source.name)]:
            waiting.append(batch)
            if sum(len(each.names) for each in waiting) >= CHUNK:
                yield _joined(waiting)
                waiting = []
    if waiting:
        yield _joined(waiting)


def _open(name: str, label: str | int) -> list[Source]:
    path = Path(name)
    if name == STDIN:
        return [Source(name, None)]
    with reading(name):
        if path.is_dir():
            return [Source(str(file), None) for file in pictures_in(path)]
        if not path.is_file():
            missing = "is not a regular file" if path.exists() else "no such file or folder"
            raise UserError(f"{name}: {missing}")
        return [Source(name, _open_rows(path, label))]


def pictures_in(folder: Path) -> list[Path]:
    """The pictures in a folder and the folders in it, by their names' endings, hidden ones not."""

    def stop(error: OSError) -> None:
        raise UserError(f"{error.filename}: cannot be read: {error.strerror}")

    found = []
    for place, folders, files in os.walk(folder, onerror=stop):
        folders[:] = [each for each in folders if not each.startswith(".")]
        paths = [Path(place, file) for file in files if not file.startswith(".")]
        found += [path for path in paths if path.suffix.lower() in SUFFIXES]
    if not found:
        kinds = " ".join(sorted(SUFFIXES))
        raise UserError(f"{folder}: no picture in this folder; looked for {kinds}")
    return sorted(found)


def _open_rows(path: Path, label: str | int) -> RowFile | None:
    """The rows of a file that has many, known by its name or else by its first bytes."""
    name = path.name.lower().removesuffix(".gz")
    head = read_head(path, 6)
    if name.endswith(".csv"):
        return open_csv(path, label)
    if name.endswith(".npz") or head.startswith(b"PK\x03\x04"):
        return open_npz(path)
    if name.endswith(".npy") or head.startswith(b"\x93NUMPY"):
        return open_npy(path)
    is_idx = len(head) > 3 and head[:2] == b"\0\0" and head[2] in IDX_TYPES and head[3] in (1, 2, 3)
    if is_idx or (Path(name).suffix not in SUFFIXES and any(word in name for word in IDX_NAMES)):
        return open_idx(path)
    return None


def _picture(name: str) -> Batch:
    file = io.BytesIO(sys.stdin.buffer.read()) if name == STDIN else Path(name)
    image = as_digit(read_picture(file, name))
    shown = np.zeros((SIDE, SIDE), np.uint8) if image is None else image
    return Batch([name], shown[None], np.array([image is None]))


def _rows(source: Source) -> Iterator[Batch]:
    start = 0
    for images in source.rows.chunks:
        names = [f"{source.name}:{start + row}" for row in range(len(images))]
        yield Batch(names, *upright(images))
        start += len(images)


def _joined(parts: list[Batch]) -> Batch:
    names = [name for part in parts for name in part.names]
    return Batch(names, *(np.concatenate(arrays) for arrays in list(zip(*parts, strict=True))[1:]))
