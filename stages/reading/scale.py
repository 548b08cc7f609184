"""Pixels of another scale than 0 to 255, such as 0 to 16, which only a whole file tells."""

import sys
from collections.abc import Iterator
from itertools import chain
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from stages.core.errors import UserError
from stages.reading.row_files import Labelled, Part

FULL = 255
HALF = 128  # the greatest value of all rows of 0..255 is more than that


def in_full_range(parts: list[Part]) -> list[Part]:
    """The parts of one data set, in pixels of 0 to 255.

    Smaller ones are multiplied, so that the greatest of all becomes 255; a line says so. Raises
    `UserError` where the parts differ in their scale. Rows are read until one has told the scale,
    and wait on disk meanwhile.
    """
    judged = [_judge(part.chunks) for part in parts]
    most, brightest = max((top, part.where) for (top, _), part in zip(judged, parts, strict=True))
    if most >= HALF:
        for (top, _), part in zip(judged, parts, strict=True):
            if 0 < top < HALF:
                raise UserError(
                    f"{part.where}: its greatest pixel is {top}, but {brightest} has pixels of up "
                    f"to {FULL}; bring all parts to one scale"
                )
        most = FULL
    elif most:
        where = " and ".join(part.where for part in parts)
        told = f"{where}: the greatest pixel is {most}: all are multiplied by {FULL}/{most}"
        print(told, file=sys.stderr)
    scaled = (_multiplied(chunks, most or FULL) for _, chunks in judged)
    return [part._replace(chunks=chunks) for part, chunks in zip(parts, scaled, strict=True)]


def rows_in_full_range(where: str, rows: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """The same for the images of a single file."""
    (part,) = in_full_range([Part("unlabelled", where, None, ((images, None) for images in rows))])
    return (images for images, _ in part.chunks)


def _judge(chunks: Iterator[Labelled]) -> tuple[int, Iterator[Labelled]]:
    """The greatest value, or one of `HALF` at least that was found first; and the same chunks."""
    top, spool, waiting = 0, TemporaryFile(), []  # noqa: SIM115 (closed where it has been read)
    for images, labels in (chunks := iter(chunks)):
        top = max(top, int(images.max(initial=0)))
        if top >= HALF:
            return top, chain(_spooled(spool, waiting), [(images, labels)], chunks)
        np.save(spool, images)
        waiting.append(labels)
    return top, _spooled(spool, waiting)


def _spooled(spool: IO[bytes], waiting: list[list[str] | None]) -> Iterator[Labelled]:
    with spool:
        spool.seek(0)
        for labels in waiting:
            yield np.load(spool), labels


def _multiplied(chunks: Iterator[Labelled], most: int) -> Iterator[Labelled]:
    table = ((np.arange(most + 1) * FULL + most // 2) // most).astype(np.uint8)
    return chunks if most == FULL else ((table[images], labels) for images, labels in chunks)
