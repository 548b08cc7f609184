"""The files of data/raw: IDX pairs, as MNIST has them, and dataset.json beside them.

Source of the format: http://yann.lecun.com/exdb/mnist/
"""

import math
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np

from stages.core.errors import UserError
from stages.core.files import new_file, read_json, write_json

# What the files of a data set are called: PREFIX-KIND.
PREFIXES = {"train": "train", "test": "t10k", "unlabelled": "unlabelled"}
IMAGES, LABELS = "images-idx3-ubyte", "labels-idx1-ubyte"
BOX = 20  # MNIST fits each digit into 20x20 pixels, in the middle of 28x28
BYTE = np.dtype("u1")
TYPES = {BYTE: 0x08, np.dtype("i1"): 0x09, np.dtype(">i2"): 0x0B, np.dtype(">i4"): 0x0C}


def describe(
    folder: Path, name: str, classes: list[str], brightest: int = 255, fit: str = "digit"
) -> None:
    """What the bytes do not say: the data set's name, its classes, the value of full ink, and the
    fit of pictures that are not cut to a digit."""
    content = {"name": name, "classes": classes, "brightest": brightest}
    write_json(folder / "dataset.json", content | ({"fit": fit} if fit != "digit" else {}))


def fit_of(folder: Path) -> Literal["digit", "whole"]:
    """How the pictures of the data set there, or of one of those there, came into 28x28; `digit`
    where there is none.

    Raises `UserError` where its description cannot be read.
    """
    for file in folder.rglob("dataset.json"):
        try:
            if read_json(file).get("fit") == "whole":
                return "whole"
        except (OSError, ValueError, AttributeError):
            raise UserError(
                f"{file}: cannot be read as a data set's description; run `dvc repro download`"
            ) from None
    return "digit"


def magic(dtype: np.dtype, dimensions: int) -> bytes:
    """The four bytes that such a file starts with."""
    return bytes([0, 0, TYPES[dtype], dimensions])


def read_header(
    path: Path, file: BinaryIO, dimensions: int, types: Iterable[np.dtype] = (BYTE,)
) -> tuple[np.dtype, tuple[int, ...]]:
    """Type and shape of what follows; raises `UserError` for any other magic number."""
    start = file.read(4)
    allowed = {magic(dtype, dimensions): dtype for dtype in types}
    sizes = file.read(4 * dimensions)
    if start not in allowed or len(sizes) < 4 * dimensions:
        kind = "images" if dimensions > 1 else "labels"
        raise UserError(
            f"{path}: not an IDX file of {kind} ({dimensions} dimension(s)): it starts with "
            f"{start.hex() or 'nothing'}, expected {' or '.join(each.hex() for each in allowed)}"
        )
    return allowed[start], struct.unpack(f">{dimensions}I", sizes)


def read_idx(path: Path, dimensions: int, types: Iterable[np.dtype] = (BYTE,)) -> np.ndarray:
    """The array in the file, memory-mapped; raises `UserError` unless header and size are right."""
    try:
        with path.open("rb") as file:
            dtype, shape = read_header(path, file, dimensions, types)
            start, size = file.tell(), path.stat().st_size
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    expected = start + dtype.itemsize * math.prod(shape)
    if size != expected:
        raise UserError(
            f"{path}: {size} bytes, but its header announces the shape {shape}, "
            f"which takes {expected}"
        )
    if size == start:
        return np.empty(shape, dtype)  # nothing cannot be mapped
    return np.memmap(path, dtype, "r", start, shape)


def write_idx(path: Path, array: np.ndarray) -> None:
    """Write an array of any number of dimensions."""
    with new_idx(path, array.dtype, array.shape[1:]) as append:
        append(array)


@contextmanager
def new_idx(
    path: Path, dtype: np.dtype, shape: tuple[int, ...]
) -> Iterator[Callable[[np.ndarray], None]]:
    """A function that appends arrays (n, *shape) to a new file, whole when the block ends well."""
    if dtype not in TYPES:
        raise TypeError(f"IDX files hold integers of at most 32 bits here, got {dtype}")
    count = 0

    def append(array: np.ndarray) -> None:
        nonlocal count
        file.write(np.ascontiguousarray(array, dtype).tobytes())
        count += len(array)

    with new_file(path) as temporary, temporary.open("wb") as file:
        start = magic(dtype, 1 + len(shape))
        file.write(start + struct.pack(f">{1 + len(shape)}I", count, *shape))
        yield append
        file.seek(len(start))  # now the number of rows is known
        file.write(struct.pack(">I", count))
