"""CSV files, gzipped or not, in UTF-8: an image a line, with or without labels.

`csv_layout` says in which columns. Your own are one file, or a folder with `train.csv` and perhaps
`test.csv`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.reading.csv_layout import LABEL, Layout, read_layout
from stages.reading.faults import open_bytes, reading
from stages.reading.row_files import Part, RowFile, are_pixels

CHUNK = 4000  # rows; pandas needs about 20 kB for each


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
    return RowFile(None, (images for images, _ in _chunks(path, read_layout(path, label))))


def _find(folder: Path, name: str) -> Path | None:
    paths = (folder / f"{name}.csv", folder / f"{name}.csv.gz")
    return next((path for path in paths if path.is_file()), None)


def _part(name: str, path: Path, label: str | int) -> Part:
    layout = read_layout(path, label)
    if name == "train" and layout.label is None:
        raise UserError(
            f"{path}: no column of labels; expected one called {label!r} (download.label in "
            "params.yaml), or without a header 785 columns"
        )
    kept = "unlabelled" if layout.label is None else name
    return Part(kept, str(path), None, _chunks(path, layout))


def _chunks(path: Path, layout: Layout) -> Iterator[tuple[np.ndarray, list[str] | None]]:
    with reading(path), open_bytes(path) as file:
        try:
            for frame in pd.read_csv(
                file,
                header=None,
                skiprows=int(layout.header),
                chunksize=CHUNK,
                encoding="utf-8-sig",
                low_memory=False,
                dtype=None if layout.label is None else {layout.label: str},
                # A class may be called NA; a pixel may not.
                keep_default_na=False,
                na_values=[""],
            ):
                yield _images(path, frame, layout), _labels(path, frame, layout)
        except pd.errors.EmptyDataError:
            raise UserError(f"{path}: holds no row") from None
        except pd.errors.ParserError as error:
            raise UserError(_parser_line(path, error)) from None


def _images(path: Path, frame: pd.DataFrame, layout: Layout) -> np.ndarray:
    """uint8 (n, 28, 28); raises `UserError` for the first cell that is no pixel."""
    if frame.shape[1] != layout.width:
        raise UserError(
            f"{path}:{frame.index[0]}: {frame.shape[1]} values in this row, expected {layout.width}"
        )
    table = frame.iloc[:, layout.pixels]
    if all(dtype.kind in "iu" for dtype in table.dtypes):
        numbers = table.to_numpy()
        if numbers.min() >= 0 and numbers.max() <= 255:
            return numbers.astype(np.uint8).reshape(-1, SIDE, SIDE)
    numbers = table.apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
    # A column of True and False is read as such, and would pass for numbers.
    good = are_pixels(numbers) & [dtype.kind != "b" for dtype in table.dtypes]
    if not good.all():
        row, pixel = np.argwhere(~good)[0]
        cell = table.iloc[row, pixel]
        got = "nothing" if pd.isna(cell) else repr(getattr(cell, "item", lambda: cell)())
        raise UserError(
            f"{path}:{table.index[row]}: pixel{pixel}: got {got[:60]}, expected a whole number "
            "from 0 to 255"
        )
    return numbers.astype(np.uint8).reshape(-1, SIDE, SIDE)


def _labels(path: Path, frame: pd.DataFrame, layout: Layout) -> list[str] | None:
    if layout.label is None:
        return None
    labels = frame[layout.label].fillna("").str.strip()
    if (labels == "").any():
        row = (labels == "").idxmax()
        raise UserError(f"{path}:{row}: got no label, expected one in every row")
    return labels.tolist()


def _parser_line(path: Path, error: pd.errors.ParserError) -> str:
    uneven = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
    if not uneven:
        return f"{path}: not a table of commas: {' '.join(str(error).split())}"
    expected, line, found = uneven.groups()
    return f"{path}: line {line}: {found} values, expected {expected}"
