"""Your own CSV: one file, or a folder with `train.csv` and perhaps `test.csv`, gzipped or not."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stages.core.errors import UserError
from stages.reading.csv_rows import open_labelled_csv
from stages.reading.raw import Part
from stages.reading.upright import upright


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


def _find(folder: Path, name: str) -> Path | None:
    paths = (folder / f"{name}.csv", folder / f"{name}.csv.gz")
    return next((path for path in paths if path.is_file()), None)


def _part(name: str, path: Path, label: str | int) -> Part:
    labelled, chunks = open_labelled_csv(path, label)
    if name == "train" and not labelled:
        raise UserError(
            f"{path}: no column of labels; expected one called {label!r} (download.label in "
            "params.yaml), or without a header 785 columns"
        )
    return Part(name if labelled else "unlabelled", str(path), None, _upright(chunks))


def _upright(chunks: Iterator) -> Iterator[tuple[np.ndarray, list[str] | None]]:
    for images, labels in chunks:
        yield upright(images)[0], labels
