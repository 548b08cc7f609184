"""Images in CSV files, one a line, with or without labels; `csv_layout` says in which columns."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.reading.array_rows import RowFile
from stages.reading.csv_layout import LABEL, Layout, read_layout
from stages.reading.faults import open_bytes, reading

CHUNK = 4000  # rows; pandas needs about 20 kB for each

Chunks = Iterator[tuple[np.ndarray, list[str] | None]]


def open_csv(path: Path, label: str | int = LABEL) -> RowFile:
    """The images of a CSV, gzipped or not, in UTF-8; labels are left aside.

    Its first line is checked at once, each chunk when it is read; raises `UserError`.
    """
    _, chunks = open_labelled_csv(path, label)
    return RowFile(None, (images for images, _ in chunks))


def open_labelled_csv(path: Path, label: str | int) -> tuple[bool, Chunks]:
    """Whether there is a column of labels, and chunks of images with their labels, as `open_csv`
    has them."""
    with reading(path):
        layout = read_layout(path, label)
    return layout.label is not None, _chunks(path, layout)


def _chunks(path: Path, layout: Layout) -> Chunks:
    start = 0
    with reading(path), open_bytes(path) as file:
        try:
            frames = pd.read_csv(
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
            )
            for frame in frames:
                yield _images(path, frame, layout, start), _labels(path, frame, layout, start)
                start += len(frame)
        except pd.errors.EmptyDataError:
            raise UserError(f"{path}: holds no row") from None
        except pd.errors.ParserError as error:
            raise UserError(_parser_line(path, error)) from None


def _images(path: Path, frame: pd.DataFrame, layout: Layout, start: int) -> np.ndarray:
    """uint8 (n, 28, 28); raises `UserError` for the first cell that is no pixel."""
    if frame.shape[1] != layout.width:
        raise UserError(
            f"{path}:{start}: {frame.shape[1]} values in this row, expected {layout.width}"
        )
    table = frame.iloc[:, layout.pixels]
    if all(dtype.kind in "iu" for dtype in table.dtypes):
        numbers = table.to_numpy()
        if numbers.min() >= 0 and numbers.max() <= 255:
            return numbers.astype(np.uint8).reshape(-1, SIDE, SIDE)
    numbers = table.apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
    good = (numbers >= 0) & (numbers <= 255) & (numbers == np.floor(numbers))
    # A column of True and False is read as such, and would pass for numbers.
    good &= [dtype.kind != "b" for dtype in table.dtypes]
    if not good.all():
        row, pixel = np.argwhere(~good)[0]
        cell = table.iloc[row, pixel]
        got = "nothing" if pd.isna(cell) else repr(getattr(cell, "item", lambda: cell)())
        raise UserError(
            f"{path}:{start + row}: pixel{pixel}: got {got[:60]}, expected a whole number from 0 "
            "to 255"
        )
    return numbers.astype(np.uint8).reshape(-1, SIDE, SIDE)


def _labels(path: Path, frame: pd.DataFrame, layout: Layout, start: int) -> list[str] | None:
    if layout.label is None:
        return None
    labels = frame.iloc[:, layout.label].fillna("").str.strip()
    if (labels == "").any():
        row = int(np.flatnonzero(labels == "")[0])
        raise UserError(f"{path}:{start + row}: got no label, expected one in every row")
    return labels.tolist()


def _parser_line(path: Path, error: pd.errors.ParserError) -> str:
    uneven = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
    if not uneven:
        return f"{path}: not a table of commas: {' '.join(str(error).split())}"
    expected, line, found = uneven.groups()
    return f"{path}: line {line}: {found} values, expected {expected}"
