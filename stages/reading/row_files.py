"""What the readers of files hand over: images in chunks, uint8 (n, height, width), of any size."""

import math
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

import numpy as np

from stages.core.errors import UserError
from stages.core.rows import SIDE

CHUNK = 1000  # rows, of images like MNIST's
PIXELS = SIDE * SIDE
WHOLE = "whole"
LEAST, MOST = 8, 1024  # pixels of an image's sides

# Images uint8 (n, height, width) and n labels, or None in the part `unlabelled`.
Labelled = tuple[np.ndarray, list[str] | None]

# How a picture comes into 28x28: cut to its digit as MNIST's are, or with all that it shows.
Fit = Literal["digit", "whole"]


class Options(NamedTuple):
    """What params.yaml's block `download` asks to be done with rows: see there."""

    transpose: bool = False
    skip_bad: bool = False
    fit: Fit | None = None


class RowFile(NamedTuple):
    """A checked file: the number of its rows, where that is known, and its chunks of images."""

    count: int | None
    chunks: Iterator[np.ndarray]


class Part(NamedTuple):
    """One part of a data set, `train`, `test` or `unlabelled`, read in chunks.

    `where` it comes from, for messages; `count` of its rows, if known; `chunks` of those that can
    be used; `bad`: to it the reader of the chunks adds what is wrong with each other row, in a line
    that says where; `fit`: how its pictures have been made 28x28, if they were pictures.
    """

    name: str
    where: str
    count: int | None
    chunks: Iterator[Labelled]
    bad: list[str] | tuple[()] = ()
    fit: Fit = "digit"


def labelled(name: str, where: str, images: RowFile, labels: list[str], of: str = "it") -> Part:
    """A part whose labels are all known, and lie in `of`; raises `UserError` unless they fit."""
    if images.count != len(labels):
        raise UserError(f"{where}: {images.count} images, but {len(labels)} labels in {of}")
    rest = iter(labels)
    chunks = ((chunk, list(islice(rest, len(chunk)))) for chunk in images.chunks)
    return Part(name, where, images.count, chunks)


def are_pixels(numbers: np.ndarray) -> np.ndarray:
    """Which of the numbers are whole ones from 0 to 255, bool of the same shape."""
    return (numbers >= 0) & (numbers <= 255) & (numbers == np.floor(numbers))


def whole(label: str) -> str:
    """The label as it is, but 5 for 5.0, as tables write whole numbers that are floats."""
    return re.sub(r"^(-?\d+)\.0*$", r"\1", label)


def image_sides(path: Path, shape: tuple[int, ...], count: int) -> tuple[int, int]:
    """Height and width of `count` images that are stored as arrays of this shape.

    Raises `UserError` for unlikely ones, and where there is no image.
    """
    if shape == (PIXELS,):
        return SIDE, SIDE
    sides = shape[:2] if len(shape) == 2 or shape[2:] == (1,) else ()
    if len(sides) != 2 or min(sides) < LEAST or max(sides) > MOST:
        found = "x".join(map(str, shape))
        raise UserError(
            f"{path}: images of {found} pixels, expected {SIDE}x{SIDE}, or other greys of {LEAST} "
            f"to {MOST} pixels a side"
        )
    if count < 1:
        raise UserError(f"{path}: holds no image")
    return sides


def read_chunks(
    path: Path, file: BinaryIO, count: int, sides: tuple[int, int]
) -> Iterator[np.ndarray]:
    """The images whose bytes follow in the file; raises `UserError` where it ends too soon."""
    size = math.prod(sides)
    rows = max(1, CHUNK * PIXELS // size)
    for start in range(0, count, rows):
        wanted = min(rows, count - start) * size
        content = file.read(wanted)
        if len(content) < wanted:
            raise UserError(f"{path}: ends within its rows from {start} on")
        yield np.frombuffer(content, np.uint8).reshape(-1, *sides)
