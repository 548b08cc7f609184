"""What a user names on the command line, as batches of digits in the form of MNIST."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np

from stages.core.errors import UserError
from stages.core.paths import RAW
from stages.reading.csv_layout import LABEL
from stages.reading.faults import reading
from stages.reading.formats import open_rows
from stages.reading.idx import fit_of
from stages.reading.picture_folder import pictures_in, tell_left_out
from stages.reading.row_files import CHUNK, Fit
from stages.serving.source import STDIN, Batch, Source, digits, digits_of_pages, unreadable

MISSING = 10  # names that a message tells


def open_sources(names: list[str], label: str | int = LABEL) -> list[Source]:
    """Every picture and file of rows, those in folders too; raises `UserError`.

    Heads and sizes of files of rows are checked here, before any work. `label`: the column of a
    CSV that is not used.
    """
    if missing := [name for name in names if name != STDIN and _is_missing(name)]:
        told = few([name or "''" for name in missing], MISSING)
        raise UserError(f"{told}: no such file or folder")
    return [source for name in names for source in _open(name, label)]


def batches(sources: list[Source], fit: Fit | None = None) -> Iterator[Batch]:
    """All digits in order, a thousand or so at a time.

    `fit`: how pictures come into 28x28; None: as those of the data set in data/raw did. Of several
    sources, one that cannot be read to its end has a blank row with the reason in its note; raises
    `UserError` where it is the only one.
    """
    waiting: list[Batch] = []
    for batch in _tried(sources, partial(digits, fit=fit or fit_of(RAW))):
        waiting.append(batch)
        if sum(len(each.names) for each in waiting) >= CHUNK:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def pages(sources: list[Source]) -> Iterator[Batch]:
    """The digits of each page, or one that is blank; of what cannot be read as `batches`."""
    return _tried(sources, digits_of_pages)


def few(names: list[str], most: int) -> str:
    """The first of them, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if names[most:] else "")


def _is_missing(name: str) -> bool:
    with reading(name):
        return not name or not Path(name).exists()  # an empty name would be this folder


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
            raise UserError(f"{name}: is not a regular file")
        return [Source(name, open_rows(path, label))]


def _tried(sources: list[Source], read: Callable[[Source], Iterator[Batch]]) -> Iterator[Batch]:
    for source in sources:
        try:
            yield from read(source)
        except UserError as error:
            if len(sources) == 1:
                raise
            yield unreadable(source, error)


def _joined(parts: list[Batch]) -> Batch:
    names, images, blank, notes, _, unread = zip(*parts, strict=True)
    images, blank = np.concatenate(images), np.concatenate(blank)
    return Batch([*chain(*names)], images, blank, [*chain(*notes)], unread=(*chain(*unread),))
