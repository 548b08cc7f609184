"""CSV files, gzipped or not, in UTF-8: an image a line, with or without labels.

`csv_layout` says in which columns, `csv_rows` reads them. Your own are one file, or a folder with
`train.csv` and perhaps `test.csv`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stages.core.errors import UserError
from stages.reading.csv_layout import LABEL, Layout, read_layout
from stages.reading.csv_rows import read_rows
from stages.reading.row_files import Part, RowFile


def parts(source: Path, label: str | int) -> list[Part]:
    """The rows; a test file without labels is the part `unlabelled`. Raises `UserError`."""
    if not source.exists():
        raise UserError(
            f"{source}: no such file or folder; download.source in params.yaml names it"
        )
    if source.is_file():
        return [_part("train", source, label)]
    found = {name: _find(source, name) for name in ("train", "test")}
    if found["train"] is None:
        raise UserError(
            f"{source}: no train.csv or train.csv.gz in it; name the file or the folder"
        )
    return [_part(name, path, label) for name, path in found.items() if path]


def open_csv(path: Path, label: str | int = LABEL) -> RowFile:
    """The images of a file; its labels are left aside.

    The first line is checked at once, each chunk when it is read; raises `UserError`.
    """
    return RowFile(None, _images(path, read_layout(path, label)))


def _images(path: Path, layout: Layout) -> Iterator[np.ndarray]:
    bad: list[str] = []
    for images, _ in read_rows(path, layout, bad):
        if bad:
            break
        yield images
    if bad:
        raise UserError(bad[0])


def _find(folder: Path, name: str) -> Path | None:
    paths = (folder / f"{name}.csv", folder / f"{name}.csv.gz")
    return next((path for path in paths if path.is_file()), None)


def _part(name: str, path: Path, label: str | int) -> Part:
    layout = read_layout(path, label)
    aside = f"{path}: not used: {', '.join(layout.aside[:10])}" if layout.aside else ""
    if name == "train" and layout.label is None:
        raise UserError(
            f"{path}: no column of labels; expected one called {label!r} (download.label in "
            f"params.yaml), or without a header 785 columns{aside and '; ' + aside}"
        )
    if aside:
        print(aside, file=sys.stderr)
    bad: list[str] = []
    kept = "unlabelled" if layout.label is None else name
    return Part(kept, str(path), None, read_rows(path, layout, bad), bad)
