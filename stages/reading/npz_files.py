"""NumPy's files: an npz with images and perhaps labels, or an npy with one array of images."""

import math
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.reading.faults import reading
from stages.reading.row_files import Part, RowFile, image_sides, labelled, read_chunks

NAMES = ("images", "x_test", "x_train", "x")  # of images, in the order they are looked for
ENTRIES = {  # images and labels
    "train": [("x_train", "y_train"), ("images", "labels"), ("x", "y")],
    "test": [("x_test", "y_test")],
}


def parts(source: Path) -> list[Part]:
    """The entries x_train, y_train, and x_test, y_test; or images, labels; or x, y."""
    if source.is_dir():
        raise UserError(f"{source}: is a folder; expected an npz file")
    names = _arrays(source)
    found = []
    for part, pairs in ENTRIES.items():
        images, labels = next((pair for pair in pairs if {*pair} <= {*names}), (None, None))
        if images:
            where, rows = f"{source}: {images}", _rows(source, images)
            found.append(labelled(part, where, rows, _labels(source, labels), labels))
        elif part == "train":
            raise UserError(
                f"{source}: holds {', '.join(sorted(names)) or 'nothing'}; expected x_train and "
                "y_train (and perhaps x_test, y_test), images and labels, or x and y"
            )
    return found


def open_npz(path: Path) -> RowFile:
    """A file with one array of images, or one that goes by one of the names."""
    arrays = _arrays(path)
    chosen = next((name for name in NAMES if name in arrays), None)
    if chosen is None and len(arrays) != 1:
        held = ", ".join(arrays) or "no array"
        raise UserError(
            f"{path}: holds {held}; expected a single array, or one named {' or '.join(NAMES)}"
        )
    return _rows(path, chosen or arrays[0])


def open_npy(path: Path) -> RowFile:
    """A single array of images, as `numpy.save` writes it."""
    return _rows(path, None)


def _arrays(path: Path) -> list[str]:
    """What the arrays in an npz are called."""
    with reading(path), zipfile.ZipFile(path) as archive:
        return [name[:-4] for name in archive.namelist() if name.endswith(".npy")]


def _rows(path: Path, name: str | None) -> RowFile:
    with _opened(path, name) as (_, count, _):
        return RowFile(count, _chunks(path, name))


def _chunks(path: Path, name: str | None) -> Iterator[np.ndarray]:
    with _opened(path, name) as (file, count, sides):
        yield from read_chunks(path, file, count, sides)


@contextmanager
def _opened(path: Path, name: str | None) -> Iterator[tuple[BinaryIO, int, tuple[int, int]]]:
    """An npy file, or an array of an npz, at the first of its rows, their number and sides."""
    with reading(path), ExitStack() as stack:
        if name is None:
            file, size = stack.enter_context(path.open("rb")), path.stat().st_size
        else:
            archive = stack.enter_context(zipfile.ZipFile(path))
            file = stack.enter_context(archive.open(f"{name}.npy"))
            size = archive.getinfo(f"{name}.npy").file_size
        yield file, *_header(path, file, size)


def _header(path: Path, file: BinaryIO, size: int) -> tuple[int, tuple[int, int]]:
    """The number of rows, and their sides; the file then stands at the first of them."""
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise UserError(f"{path}: version {version} of NumPy's format, expected (1, 0) or (2, 0)")
    read = getattr(np.lib.format, f"read_array_header_{version[0]}_0")
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
    return shape[0], image_sides(path, shape[1:], shape[0])


def _labels(path: Path, name: str) -> list[str]:
    with reading(path), np.load(path, allow_pickle=False) as arrays:
        labels = arrays[name]
    if labels.ndim != 1 or labels.dtype.kind not in "iuU":
        raise UserError(
            f"{path}: {name}: an array of {labels.dtype} of shape {labels.shape}, expected whole "
            "numbers or texts of shape (n,)"
        )
    return labels.astype(str).tolist()
