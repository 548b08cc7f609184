"""Folders of pictures; your own have one for each class, in `train/` and perhaps `test/` or not."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from stages.core.errors import UserError
from stages.reading.faults import reading
from stages.reading.look import chosen_fit
from stages.reading.pictures import SUFFIXES, read_pictures
from stages.reading.row_files import Fit, Part
from stages.reading.scan import BLANK, as_digit

CHUNK = 100  # pictures
TOLD = 3  # files that are left out, by name
OWN = {"README.md"}  # of data/own
APPLE = {".heic", ".heif", ".hif"}


def parts(source: Path, _: str | int = "", fit: Fit | None = None) -> list[Part]:
    """Every picture under its class, cut to its digit and centred as MNIST's are, or whole.

    Without a `fit` a look at those for training tells. Without `test/` all rows are of the part
    `train`; raises `UserError`.
    """
    with reading(source):
        if not source.is_dir():
            raise UserError(f"{source}: not a folder; expected one with a folder for each class")
        names = [name for name in ("train", "test") if (source / name).exists()]
        if "train" not in names:
            return [_part("train", source, fit)]
        others = [each for each in _seen(source) if each.name not in names]
        tell_left_out(source, others)
        train = _part("train", source / "train", fit)
        return [train, *(_part(name, source / name, train.fit) for name in names[1:])]


def pictures_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """The pictures in a folder and the folders in it, by their names' endings, and the other files.

    Hidden ones count for nothing. Raises `UserError` where there is no picture.
    """

    def stop(error: OSError) -> None:
        raise UserError(f"{error.filename}: cannot be read: {error.strerror}")

    found: tuple[list[Path], list[Path]] = [], []
    for place, folders, files in os.walk(folder, onerror=stop):
        folders[:] = [each for each in folders if not each.startswith(".")]
        for file in files:
            if not file.startswith("."):
                path = Path(place, file)
                is_picture = path.suffix.lower() in SUFFIXES and path.is_file()  # and no pipe
                found[not is_picture].append(path)
    pictures, others = map(sorted, found)
    if not pictures:
        kinds = " ".join(sorted(SUFFIXES))
        more = f"; found {left_out(others)}" if others else ""
        raise UserError(f"{folder}: no picture in this folder; looked for {kinds}{more}")
    return pictures, others


def tell_left_out(folder: Path, others: list[Path]) -> None:
    """One line on stderr, if there are any."""
    if others:
        print(f"warning: {folder}: left out {left_out(others)}", file=sys.stderr)


def left_out(others: list[Path]) -> str:
    """How many files and folders of which kind, a few names, and what to do about them."""
    kinds = Counter(
        "folder" if path.is_dir() else path.suffix.lower() or "without ending" for path in others
    )
    counts = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
    names = ", ".join(path.name for path in others[:TOLD]) + ", …" * (len(others) > TOLD)
    remedy = (
        "; make JPEG files of Apple's: heif-convert IN.heic OUT.jpg" if APPLE & {*kinds} else ""
    )
    return f"{len(others):,} that are not read: {counts} ({names}){remedy}"


def _seen(folder: Path) -> list[Path]:
    return [
        each for each in sorted(folder.iterdir()) if each.name not in OWN and each.name[0] != "."
    ]


def _part(name: str, folder: Path, fit: Fit | None) -> Part:
    seen = _seen(folder)
    classes = [each for each in seen if each.is_dir()]
    if not classes:
        raise UserError(
            f"{folder}: no folder in it; expected one for each class, with its pictures"
        )
    others, listed = [each for each in seen if each not in classes], []
    for each in classes:
        pictures, more = pictures_in(each)
        listed += [(path, each.name) for path in pictures]
        others += more
    tell_left_out(folder, others)
    bad: list[str] = []
    fit = fit or chosen_fit(folder, [path for path, _ in listed])
    return Part(name, str(folder), len(listed), _chunks(listed, bad, fit), bad, fit)


def _chunks(
    listed: list[tuple[Path, str]], bad: list[str], fit: Fit
) -> Iterator[tuple[np.ndarray, list[str]]]:
    rows = _rows(listed, bad, fit)
    while some := list(islice(rows, CHUNK)):
        images, labels = zip(*some, strict=True)
        yield np.stack(images), [*labels]


def _rows(
    listed: list[tuple[Path, str]], bad: list[str], fit: Fit
) -> Iterator[tuple[np.ndarray, str]]:
    for path, label in listed:
        try:
            for called, greys in read_pictures(path, str(path)):
                image = as_digit(greys, fit)
                if image is None:
                    bad.append(f"{called}: {BLANK}, nothing to be seen on it")
                else:
                    yield image, label
        except UserError as error:
            bad.append(str(error))
