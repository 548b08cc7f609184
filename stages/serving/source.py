"""One source, a file of pictures or of rows, as batches of digits in the form of MNIST."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.reading.page import read_page
from stages.reading.pictures import read_pictures
from stages.reading.pieces import Box
from stages.reading.row_files import Fit, RowFile
from stages.reading.scale import rows_in_full_range
from stages.reading.scan import BLANK, Found, read_digit, upright

STDIN = "-"
MOST = 1 << 28  # bytes of a picture on standard input


class Page(NamedTuple):
    """Its name, its greys, uint8 (height, width), the box of each digit on it, in pixels, and how
    many more marks there are too `faint` to be read."""

    name: str
    greys: np.ndarray
    boxes: list[Box]
    faint: int = 0


class Batch(NamedTuple):
    """`names` (n,): where each digit came from; `images` uint8 (n, 28, 28), ink high on 0; `blank`
    bool (n,): the rows without a digit, whose image means nothing; `notes` (n,): what is doubtful
    in a picture; `page`: whose digits they are, if they are those of one page; `unread`: the
    sources that could not be read, each of which has a blank row with the reason in its note."""

    names: list[str]
    images: np.ndarray
    blank: np.ndarray
    notes: list[str]
    page: Page | None = None
    unread: tuple[str, ...] = ()


class Source(NamedTuple):
    """A file of pictures or of rows; that of pictures is opened only when its turn comes."""

    name: str
    rows: RowFile | None

    @property
    def count(self) -> int | None:
        """How many digits; None where only reading tells."""
        return self.rows.count if self.rows else 1


def digits(source: Source, fit: Fit) -> Iterator[Batch]:
    """Each row, or each picture as one digit; raises `UserError`."""
    return _rows(source, fit) if source.rows else _pictures(source, fit)


def digits_of_pages(source: Source) -> Iterator[Batch]:
    """The digits of each page in reading order, called NAME:0 and so on; or one that is blank.

    Raises `UserError`.
    """
    for called, greys in _opened(source.name):
        found, faint = read_page(greys)
        names = [f"{called}:{number}" for number in range(len(found))] or [called]
        batch = _batch(names, [digit for _, digit in found] or [Found(None, BLANK)])
        yield batch._replace(page=Page(called, greys, [box for box, _ in found], faint))


def unreadable(source: Source, error: UserError) -> Batch:
    """What stands in its place."""
    reason = str(error).removeprefix(f"{source.name}: ")
    return _batch([source.name], [Found(None, reason)])._replace(unread=(source.name,))


def _opened(name: str) -> Iterator[tuple[str, np.ndarray]]:
    if name == STDIN and sys.stdin is None:
        raise UserError("-: standard input is closed, expected a picture")
    if name != STDIN:
        return read_pictures(Path(name), name)
    content = sys.stdin.buffer.read(MOST + 1)
    if len(content) > MOST:
        raise UserError(f"-: more than {MOST >> 20} MiB, expected a picture")
    return read_pictures(io.BytesIO(content), name)


def _pictures(source: Source, fit: Fit) -> Iterator[Batch]:
    for called, greys in _opened(source.name):
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
