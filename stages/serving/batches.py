"""What a user names on the command line, as batches of digits in the form of MNIST."""

import io
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.reading.csv_layout import LABEL
from stages.reading.faults import reading
from stages.reading.formats import open_rows
from stages.reading.picture_folder import pictures_in, tell_left_out
from stages.reading.pictures import read_pictures
from stages.reading.row_files import CHUNK, RowFile
from stages.reading.scan import BLANK, read_digit, upright

STDIN = "-"


class Batch(NamedTuple):
    """`names` (n,): where each digit came from; `images` uint8 (n, 28, 28), ink high on 0; `blank`
    bool (n,): the rows without a digit, whose image means nothing; `notes` (n,): what is doubtful
    in a picture."""

    names: list[str]
    images: np.ndarray
    blank: np.ndarray
    notes: list[str]


class Source(NamedTuple):
    """A file of pictures or of rows; that of pictures is opened only when its turn comes."""

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
        for batch in _rows(source) if source.rows else _pictures(source.name):
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
            pictures, others = pictures_in(path)
            tell_left_out(path, others)
            return [Source(str(file), None) for file in pictures]
        if not path.is_file():
            missing = "is not a regular file" if path.exists() else "no such file or folder"
            raise UserError(f"{name}: {missing}")
        return [Source(name, open_rows(path, label))]


def _pictures(name: str) -> Iterator[Batch]:
    if name == STDIN and sys.stdin is None:
        raise UserError("-: standard input is closed, expected a picture")
    file = io.BytesIO(sys.stdin.buffer.read()) if name == STDIN else Path(name)
    for called, greys in read_pictures(file, name):
        found = read_digit(greys)
        blank = found.image is None
        shown = np.zeros((SIDE, SIDE), np.uint8) if blank else found.image
        yield Batch([called], shown[None], np.array([blank]), [found.note])


def _rows(source: Source) -> Iterator[Batch]:
    start = 0
    for images in source.rows.chunks:
        names = [f"{source.name}:{start + row}" for row in range(len(images))]
        found, blank = upright(images)
        yield Batch(names, found, blank, [BLANK * bool(none) for none in blank])
        start += len(images)


def _joined(parts: list[Batch]) -> Batch:
    names, images, blank, notes = zip(*parts, strict=True)
    return Batch([*chain(*names)], np.concatenate(images), np.concatenate(blank), [*chain(*notes)])
