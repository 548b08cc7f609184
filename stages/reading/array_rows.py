"""Images in IDX, npz and npy files, read in chunks: uint8 (n, height, width), whatever the size."""

import math
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.reading.faults import open_bytes, reading
from stages.reading.idx import read_header

CHUNK = 1000  # rows, of images like MNIST's
PIXELS = SIDE * SIDE
LEAST, MOST = 8, 1024  # pixels of an image's sides
NAMES = ("images", "x_test", "x_train", "x")  # of an npz, in the order they are looked for


class RowFile(NamedTuple):
    """A checked file: the number of its rows, where that is known, and its chunks of images."""

    count: int | None
    chunks: Iterator[np.ndarray]


def open_idx(path: Path) -> RowFile:
    """An IDX file of images, gzipped or not; magic number, shape and size are checked at once."""
    with reading(path), open_bytes(path) as file:
        _, (count, *sides) = read_header(path, file, 3)
        shape = _shape(path, tuple(sides), count)
        expected = count * math.prod(shape)
        # In a gzipped file only reading to the end tells; one byte more than expected is enough.
        found = _skip(file, expected + 1)
    if found != expected:
        had = "more" if found > expected else found
        raise UserError(
            f"{path}: {had} bytes of pixels, but its header announces {count} images of "
            f"{shape[0]}x{shape[1]}, which take {expected}"
        )
    return RowFile(count, _idx_chunks(path, count, shape))


def _idx_chunks(path: Path, count: int, shape: tuple[int, int]) -> Iterator[np.ndarray]:
    with reading(path), open_bytes(path) as file:
        read_header(path, file, 3)
        yield from _chunks(path, file, count, shape)


def open_npz(path: Path, names: tuple[str, ...] = NAMES) -> RowFile:
    """An npz file with one array of images, or one that goes by one of the names."""
    with reading(path), zipfile.ZipFile(path) as archive:
        arrays = [name[:-4] for name in archive.namelist() if name.endswith(".npy")]
        chosen = next((name for name in names if name in arrays), None)
        if chosen is None and len(arrays) != 1:
            held = ", ".join(arrays) or "no array"
            raise UserError(
                f"{path}: holds {held}; expected a single array, or one named {' or '.join(names)}"
            )
        member = f"{chosen or arrays[0]}.npy"
        with archive.open(member) as file:
            count, shape = _npy_header(path, file, archive.getinfo(member).file_size)
    return RowFile(count, _npz_chunks(path, member, count, shape))


def _npz_chunks(
    path: Path, member: str, count: int, shape: tuple[int, int]
) -> Iterator[np.ndarray]:
    with reading(path), zipfile.ZipFile(path) as archive, archive.open(member) as file:
        _npy_header(path, file, archive.getinfo(member).file_size)
        yield from _chunks(path, file, count, shape)


def open_npy(path: Path) -> RowFile:
    """A single array of images, as `numpy.save` writes it."""
    with reading(path), path.open("rb") as file:
        count, shape = _npy_header(path, file, path.stat().st_size)
    return RowFile(count, _npy_chunks(path, count, shape))


def _npy_chunks(path: Path, count: int, shape: tuple[int, int]) -> Iterator[np.ndarray]:
    with reading(path), path.open("rb") as file:
        _npy_header(path, file, path.stat().st_size)
        yield from _chunks(path, file, count, shape)


def _npy_header(path: Path, file: BinaryIO, size: int) -> tuple[int, tuple[int, int]]:
    """The number of rows and their shape; the file then stands at the first of them."""
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise UserError(f"{path}: version {version} of NumPy's format, expected (1, 0) or (2, 0)")
    one = version == (1, 0)
    read = np.lib.format.read_array_header_1_0 if one else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read(file)
    if dtype != np.uint8 or fortran or len(shape) < 2:
        order = " in Fortran order" if fortran else ""
        raise UserError(
            f"{path}: an array of {dtype}{order} of shape {shape}, expected uint8 of shape "
            f"(n, height, width), such as (n, {SIDE}, {SIDE})"
        )
    if size - file.tell() != math.prod(shape):
        raise UserError(
            f"{path}: {size - file.tell()} bytes of pixels, but its header announces the shape "
            f"{shape}, which takes {math.prod(shape)}"
        )
    return shape[0], _shape(path, shape[1:], shape[0])


def _shape(path: Path, shape: tuple[int, ...], count: int) -> tuple[int, int]:
    """Height and width of images that are stored so; raises `UserError` for unlikely ones."""
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


def _chunks(path: Path, file: BinaryIO, count: int, shape: tuple[int, int]) -> Iterator[np.ndarray]:
    size = math.prod(shape)
    rows = max(1, CHUNK * PIXELS // size)
    for start in range(0, count, rows):
        wanted = min(rows, count - start) * size
        content = file.read(wanted)
        if len(content) < wanted:
            raise UserError(f"{path}: ends within its rows from {start} on")
        yield np.frombuffer(content, np.uint8).reshape(-1, *shape)


def _skip(file: BinaryIO, most: int) -> int:
    """Read on, at most so many bytes; how many there were."""
    done = 0
    while done < most and (part := file.read(min(1 << 20, most - done))):
        done += len(part)
    return done
