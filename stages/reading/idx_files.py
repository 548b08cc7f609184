"""Your own IDX files, gzipped or not: rows of one, or pairs of images and labels in a folder."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np

from stages.core.errors import UserError
from stages.reading.faults import open_bytes, reading
from stages.reading.idx import TYPES, read_header
from stages.reading.row_files import Part, RowFile, image_sides, labelled, read_chunks

WORDS = {"train": ("train",), "test": ("t10k", "test")}
KINDS = ("images", "labels")
BLOCK = 1 << 20  # bytes


def parts(source: Path) -> list[Part]:
    """The pairs whose names hold `images` or `labels`, and `train`, `t10k` or `test`."""
    if not source.is_dir():
        raise UserError(f"{source}: not a folder; expected one with IDX files of images and labels")
    files = [path for path in sorted(source.iterdir()) if path.is_file()]
    found = []
    for name, words in WORDS.items():
        ours = [path for path in files if any(word in path.name.lower() for word in words)]
        pair = [[path for path in ours if kind in path.name.lower()] for kind in KINDS]
        if name == "test" and not any(pair):
            continue
        if [len(each) for each in pair] != [1, 1]:
            told = ", ".join(path.name for each in pair for path in each) or "none"
            raise UserError(
                f"{source}: files of the part {name}: {told}; expected one whose name holds "
                f"{' or '.join(words)} and images, and one with labels"
            )
        (images,), (labels,) = pair
        rows = open_idx(images)
        found.append(labelled(name, str(images), rows, _labels(labels), str(labels)))
    return found


def open_idx(path: Path) -> RowFile:
    """A file of images; magic number, shape and size are checked at once."""
    with reading(path), open_bytes(path) as file:
        _, (count, *stored) = read_header(path, file, 3)
        height, width = image_sides(path, tuple(stored), count)
        size = count * height * width
        announced = f"{count} images of {height}x{width}, which take {size}"
        _require_bytes(path, file, size, f"pixels, but its header announces {announced}")
    return RowFile(count, _chunks(path, count, (height, width)))


def _chunks(path: Path, count: int, sides: tuple[int, int]) -> Iterator[np.ndarray]:
    with reading(path), open_bytes(path) as file:
        read_header(path, file, 3)
        yield from read_chunks(path, file, count, sides)


def _labels(path: Path) -> list[str]:
    with reading(path), open_bytes(path) as file:
        dtype, (count,) = read_header(path, file, 1, TYPES)
        size = count * dtype.itemsize
        _require_bytes(path, file, size, f"labels, but its header announces {count} of them")
        return np.frombuffer(file.read(size), dtype).astype(str).tolist()


def _require_bytes(path: Path, file: BinaryIO, size: int, of: str) -> None:
    """Raise `UserError` unless so many bytes follow: of a gzipped file only reading on tells."""
    start = file.tell()
    # More than expected is enough to know: no bomb is unpacked to its end.
    blocks = islice(iter(lambda: file.read(BLOCK), b""), size // BLOCK + 1)
    found = sum(map(len, blocks))
    if found != size:
        raise UserError(f"{path}: {'more' if found > size else found} bytes of {of}")
    file.seek(start)
