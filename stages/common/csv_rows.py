"""Images in CSV files, one a line: 784 pixels under `pixel0` to `pixel783`, or without a header.

A column `label` (without a header: the first of 785) is ignored.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from stages.common.array_rows import CHUNK, PIXELS, RowFile
from stages.common.errors import UserError
from stages.common.reading import open_bytes, reading
from stages.common.rows import SIDE

LABEL = "label"
LONGEST = 1_000_000  # bytes of a first line; a file without lines is no table
EXPECTED = f"{PIXELS} pixels, or {PIXELS + 1} columns with the label first"


class Layout(NamedTuple):
    """`width`: how many columns; `pixels`: where pixel 0, 1, ... stand among them."""

    header: bool
    width: int
    pixels: list[int]


def open_csv(path: Path) -> RowFile:
    """A CSV, gzipped or not, in UTF-8; its first line is checked at once, each chunk when read."""
    with reading(path):
        layout = _layout(path, _first_line(path))
    return RowFile(None, _chunks(path, layout))


def _first_line(path: Path) -> list[str]:
    with open_bytes(path) as file:
        line = file.readline(LONGEST)
    if not line.strip():
        raise UserError(f"{path}: is empty, or its first line is; expected {EXPECTED}")
    try:
        fields = next(csv.reader([line.decode("utf-8-sig")]), [])
    except (UnicodeDecodeError, csv.Error):
        raise UserError(f"{path}: not a table: its first line is no CSV in UTF-8") from None
    return [field.strip() for field in fields]


def _layout(path: Path, fields: list[str]) -> Layout:
    if len(fields) == 1:
        raise UserError(f"{path}: its first line is not separated by commas; expected {EXPECTED}")
    if not all(map(_is_number, fields)):
        return _layout_of_header(path, fields)
    if len(fields) not in (PIXELS, PIXELS + 1):
        raise UserError(f"{path}: {len(fields)} columns, expected {EXPECTED}")
    return Layout(False, len(fields), list(range(len(fields) - PIXELS, len(fields))))


def _layout_of_header(path: Path, fields: list[str]) -> Layout:
    names = [f"pixel{pixel}" for pixel in range(PIXELS)]
    known = {LABEL, *names}
    twice = [name for name, times in Counter(fields).items() if times > 1]
    for what, found in (
        ("unknown columns", [name for name in fields if name not in known]),
        ("columns named twice", twice),
        ("missing columns", sorted(set(names) - set(fields), key=names.index)),
    ):
        if found:
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            raise UserError(
                f"{path}: {what}: {found[0]!r}{more}; expected pixel0 to pixel{PIXELS - 1} and, if "
                f"at all, {LABEL}; or no header: {EXPECTED}"
            )
    return Layout(True, len(fields), [fields.index(name) for name in names])


def _chunks(path: Path, layout: Layout) -> Iterator[np.ndarray]:
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
            )
            for frame in frames:
                yield _images(path, frame, layout, start)
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


def _parser_line(path: Path, error: pd.errors.ParserError) -> str:
    uneven = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
    if not uneven:
        return f"{path}: not a table of commas: {' '.join(str(error).split())}"
    expected, line, found = uneven.groups()
    return f"{path}: line {line}: {found} values, expected {expected}"


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
