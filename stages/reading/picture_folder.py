"""Folders of pictures; your own have one for each class, in `train/` and perhaps `test/` or not."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stages.core.errors import UserError
from stages.reading.faults import reading
from stages.reading.pictures import SUFFIXES, read_picture
from stages.reading.row_files import Part
from stages.reading.scan import as_digit

CHUNK = 100  # pictures


def parts(source: Path) -> list[Part]:
    """Every picture under its class, cut to its digit and centred as MNIST's are.

    Without `test/` all rows are of the part `train`; raises `UserError`.
    """
    with reading(source):
        if not source.is_dir():
            raise UserError(f"{source}: not a folder; expected one with a folder for each class")
        if not (source / "train").is_dir():
            return [_part("train", source)]
        return [
            _part(name, source / name) for name in ("train", "test") if (source / name).exists()
        ]


def pictures_in(folder: Path) -> list[Path]:
    """The pictures in a folder and the folders in it, by their names' endings, hidden ones not."""

    def stop(error: OSError) -> None:
        raise UserError(f"{error.filename}: cannot be read: {error.strerror}")

    found = []
    for place, folders, files in os.walk(folder, onerror=stop):
        folders[:] = [each for each in folders if not each.startswith(".")]
        paths = [Path(place, file) for file in files if not file.startswith(".")]
        found += [path for path in paths if path.suffix.lower() in SUFFIXES]
    if not found:
        kinds = " ".join(sorted(SUFFIXES))
        raise UserError(f"{folder}: no picture in this folder; looked for {kinds}")
    return sorted(found)


def _part(name: str, folder: Path) -> Part:
    classes = [each for each in sorted(folder.iterdir()) if each.is_dir() and each.name[0] != "."]
    if not classes:
        raise UserError(
            f"{folder}: no folder in it; expected one for each class, with its pictures"
        )
    listed = [(path, each.name) for each in classes for path in pictures_in(each)]
    return Part(name, str(folder), len(listed), _chunks(listed))


def _chunks(listed: list[tuple[Path, str]]) -> Iterator[tuple[np.ndarray, list[str]]]:
    for start in range(0, len(listed), CHUNK):
        some = listed[start : start + CHUNK]
        yield np.stack([_digit(path) for path, _ in some]), [label for _, label in some]


def _digit(path: Path) -> np.ndarray:
    image = as_digit(read_picture(path, str(path)))
    if image is None:
        raise UserError(f"{path}: blank, nothing to be seen on it; take it out of the folder")
    return image
