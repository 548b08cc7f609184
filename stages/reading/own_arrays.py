"""Your own arrays: pairs of IDX files in a folder, or an npz file."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stages.core.errors import UserError
from stages.reading.array_rows import RowFile, open_idx, open_npz
from stages.reading.faults import open_bytes, reading
from stages.reading.idx import TYPES, read_header
from stages.reading.raw import Part
from stages.reading.upright import upright

WORDS = {"train": ("train",), "test": ("t10k", "test")}
ENTRIES = {  # of an npz: images and labels
    "train": [("x_train", "y_train"), ("images", "labels"), ("x", "y")],
    "test": [("x_test", "y_test")],
}


def idx_parts(source: Path) -> list[Part]:
    """The pairs whose names hold `images` or `labels`, and `train`, `t10k` or `test`."""
    if not source.is_dir():
        raise UserError(f"{source}: not a folder; expected one with IDX files of images and labels")
    files = [path for path in sorted(source.iterdir()) if path.is_file()]
    found = []
    for name, words in WORDS.items():
        ours = [path for path in files if any(word in path.name.lower() for word in words)]
        pair = [
            [path for path in ours if kind in path.name.lower()] for kind in ("images", "labels")
        ]
        if name == "test" and not any(pair):
            continue
        if [len(each) for each in pair] != [1, 1]:
            told = ", ".join(path.name for each in pair for path in each) or "none"
            raise UserError(
                f"{source}: files of the part {name}: {told}; expected one whose name holds "
                f"{' or '.join(words)} and images, and one with labels"
            )
        images, labels = pair[0][0], pair[1][0]
        found.append(_part(name, str(images), open_idx(images), _idx_labels(labels), str(labels)))
    return found


def npz_parts(source: Path) -> list[Part]:
    """The entries x_train, y_train, and x_test, y_test; or images, labels; or x, y."""
    with reading(source):
        if source.is_dir():
            raise UserError(f"{source}: is a folder; expected an npz file")
        with zipfile.ZipFile(source) as archive:
            names = {name.removesuffix(".npy") for name in archive.namelist()}
    found = []
    for part, pairs in ENTRIES.items():
        pair = next((pair for pair in pairs if names.issuperset(pair)), None)
        if pair is None and part == "train":
            raise UserError(
                f"{source}: holds {', '.join(sorted(names)) or 'nothing'}; expected x_train and "
                "y_train (and perhaps x_test, y_test), images and labels, or x and y"
            )
        if pair:
            where = f"{source}: {pair[0]}"
            found.append(
                _part(
                    part, where, open_npz(source, pair[:1]), _npz_labels(source, pair[1]), pair[1]
                )
            )
    return found


def _part(name: str, where: str, images: RowFile, labels: list[str], of: str) -> Part:
    if images.count != len(labels):
        raise UserError(f"{where}: {images.count} images, but {len(labels)} labels in {of}")
    return Part(name, where, images.count, _chunks(images, labels))


def _chunks(images: RowFile, labels: list[str]) -> Iterator[tuple[np.ndarray, list[str]]]:
    start = 0
    for chunk in images.chunks:
        yield upright(chunk)[0], labels[start : start + len(chunk)]
        start += len(chunk)


def _idx_labels(path: Path) -> list[str]:
    with reading(path), open_bytes(path) as file:
        dtype, (count,) = read_header(path, file, 1, tuple(TYPES))
        content = file.read(count * dtype.itemsize + 1)
    if len(content) != count * dtype.itemsize:
        had = "more" if len(content) > count * dtype.itemsize else len(content)
        raise UserError(f"{path}: {had} bytes of labels, but its header announces {count} of them")
    return np.frombuffer(content, dtype).astype(str).tolist()


def _npz_labels(path: Path, name: str) -> list[str]:
    with reading(path), np.load(path, allow_pickle=False) as arrays:
        labels = arrays[name]
    if labels.ndim != 1 or labels.dtype.kind not in "iuU":
        raise UserError(
            f"{path}: {name}: an array of {labels.dtype} of shape {labels.shape}, expected whole "
            "numbers or texts of shape (n,)"
        )
    return labels.astype(str).tolist()
