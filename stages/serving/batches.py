"""What a user names on the command line, as batches of digits in the form of MNIST."""

import io
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stages.core.errors import UserError
from stages.core.paths import RAW
from stages.core.rows import SIDE
from stages.reading.csv_layout import LABEL
from stages.reading.faults import reading
from stages.reading.formats import open_rows
from stages.reading.idx import fit_of
from stages.reading.page import read_page
from stages.reading.picture_folder import pictures_in, tell_left_out
from stages.reading.pictures import read_pictures
from stages.reading.pieces import Box
from stages.reading.row_files import CHUNK, Fit, RowFile
from stages.reading.scale import rows_in_full_range
from stages.reading.scan import BLANK, Found, read_digit, upright

STDIN = "-"


class Page(NamedTuple):
    """Its name, its greys, uint8 (height, width), and the box of each digit on it, in pixels."""

    name: str
    greys: np.ndarray
    boxes: list[Box]


class Batch(NamedTuple):
    """`names` (n,): where each digit came from; `images` uint8 (n, 28, 28), ink high on 0; `blank`
    bool (n,): the rows without a digit, whose image means nothing; `notes` (n,): what is doubtful
    in a picture; `page`: whose digits they are, if they are those of one page."""

    names: list[str]
    images: np.ndarray
    blank: np.ndarray
    notes: list[str]
    page: Page | None = None


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


def batches(sources: list[Source], fit: Fit | None = None) -> Iterator[Batch]:
    """All digits in order, a thousand or so at a time.

    `fit`: how pictures come into 28x28; None: as those of the data set in data/raw did.
    """
    fit = fit or fit_of(RAW)
    waiting: list[Batch] = []
    for source in sources:
        for batch in _rows(source, fit) if source.rows else _pictures(source.name, fit):
            waiting.append(batch)
            if sum(len(each.names) for each in waiting) >= CHUNK:
                yield _joined(waiting)
                waiting = []
    if waiting:
        yield _joined(waiting)


def pages(sources: list[Source]) -> Iterator[Batch]:
    """The digits of each page in reading order, called NAME:0 and so on; or one that is blank."""
    for called, greys in chain(*(_opened(source.name) for source in sources)):
        digits = read_page(greys)
        names = [f"{called}:{number}" for number in range(len(digits))] or [called]
        found = [digit for _, digit in digits] or [Found(None, BLANK)]
        page = Page(called, greys, [box for box, _ in digits])
        yield _batch(names, found)._replace(page=page)


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


def _opened(name: str) -> Iterator[tuple[str, np.ndarray]]:
    if name == STDIN and sys.stdin is None:
        raise UserError("-: standard input is closed, expected a picture")
    return read_pictures(io.BytesIO(sys.stdin.buffer.read()) if name == STDIN else Path(name), name)


def _pictures(name: str, fit: Fit) -> Iterator[Batch]:
    for called, greys in _opened(name):
        yield _batch([called], [read_digit(greys, fit)])


def _batch(names: list[str], found: list[Found]) -> Batch:
    blank = np.array([digit.image is None for digit in found])
    nothing = np.zeros((SIDE, SIDE), np.uint8)
    images = [nothing if digit.image is None else digit.image for digit in found]
    return Batch(names, np.stack(images), blank, [digit.note for digit in found])


def _rows(source: Source, fit: Fit) -> Iterator[Batch]:
    start = 0
    for images in rows_in_full_range(source.name, source.rows.chunks):
        names = [f"{source.name}:{start + row}" for row in range(len(images))]
        found, blank, notes = upright(images, fit)
        yield Batch(names, found, blank, notes)
        start += len(images)


def _joined(parts: list[Batch]) -> Batch:
    names, images, blank, notes, _ = zip(*parts, strict=True)
    return Batch([*chain(*names)], np.concatenate(images), np.concatenate(blank), [*chain(*notes)])
