"""The rows of a CSV whose columns are known."""

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.reading.csv_layout import Layout
from stages.reading.faults import open_bytes, reading
from stages.reading.row_files import Labelled, are_pixels, whole

CHUNK = 4000  # rows; pandas needs about 20 kB for each
UNEVEN = re.compile(r"line (\d+): expected \d+ fields, saw (\d+)")


def read_rows(path: Path, layout: Layout, bad: list[str]) -> Iterator[Labelled]:
    """The rows in chunks: images uint8 (n, 28, 28), and labels where the layout has one.

    `bad` gets a line for each row that is left out, before the chunk in which it is missing comes.
    Raises `UserError` for what is no table.
    """
    count, skipped = 0, []
    with reading(path), open_bytes(path) as file:
        try:
            for frame, uneven in _frames(file, layout):
                for row, values in uneven:
                    bad.append(
                        f"{path}:{row}: {values} values in this row, expected {layout.width}"
                    )
                skipped += [row for row, _ in uneven]
                rows, faults = _checked(frame, layout)
                bad += [f"{path}:{_number(row, skipped)}: {fault}" for row, fault in faults]
                yield rows
                count += len(frame) + len(uneven)
        except pd.errors.EmptyDataError:
            pass
        except pd.errors.ParserError as error:
            told = " ".join(str(error).split())
            raise UserError(f"{path}: not a table of commas: {told}") from None
    if not count:
        raise UserError(f"{path}: holds no row")


def _frames(file: BinaryIO, layout: Layout) -> Iterator[tuple[pd.DataFrame, list[tuple[int, int]]]]:
    """The table in chunks, with a column more than it has, to which values too many come.

    With each come the numbers of rows that pandas skipped, which have still more of them, and how
    many they have.
    """
    columns = range(layout.width + 1)
    reader, more = _reader(file, layout, columns), True
    while more:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            frame = next(reader, None)
        found = UNEVEN.findall(" ".join(str(each.message) for each in told))
        uneven = [(int(line) - 1 - layout.header, int(values)) for line, values in found]
        more = frame is not None
        if more or uneven:
            yield frame if more else pd.DataFrame(columns=columns), uneven


def _reader(file: BinaryIO, layout: Layout, columns: range) -> Iterator[pd.DataFrame]:
    texts = [layout.width] if layout.label is None else [layout.width, layout.label]
    return pd.read_csv(
        file,
        header=None,
        names=columns,
        index_col=False,
        skiprows=int(layout.header),
        chunksize=CHUNK,
        encoding="utf-8-sig",
        low_memory=False,
        dtype=dict.fromkeys(texts, str),
        # A class may be called NA; a pixel may not.
        keep_default_na=False,
        na_values=[""],
        on_bad_lines="warn",
    )


def _checked(frame: pd.DataFrame, layout: Layout) -> tuple[Labelled, list[tuple[int, str]]]:
    """The good rows, and where the others stand in the table, with what is wrong with each."""
    table = frame.iloc[:, layout.pixels]
    numbers, good = _numbers(table)
    long = f"more than {layout.width} values in this row, expected {layout.width}"
    wrong = {long: frame[layout.width].notna()}
    labels = None
    if layout.label is not None:
        labels = frame[layout.label].fillna("").str.strip()
        wrong["got no label, expected one in every row"] = labels == ""
    keep = good.all(axis=1) & ~np.any([*wrong.values()], axis=0)
    faults = []
    for row in np.flatnonzero(~keep):
        fault = next((fault for fault, rows in wrong.items() if rows.iloc[row]), None)
        faults.append((frame.index[row], fault or _pixel_fault(table.iloc[row], good[row])))
    images = numbers[keep].astype(np.uint8).reshape(-1, SIDE, SIDE)
    return (images, None if labels is None else [*map(whole, labels[keep])]), faults


def _numbers(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The cells (n, 784), and which of them are pixels, bool of the same shape."""
    if all(dtype.kind in "iu" for dtype in table.dtypes):
        numbers = table.to_numpy()
        return numbers, (numbers >= 0) & (numbers <= 255)
    numbers = table.apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
    # A column of True and False is read as such, and would pass for numbers.
    return numbers, are_pixels(numbers) & [dtype.kind != "b" for dtype in table.dtypes]


def _pixel_fault(cells: pd.Series, good: np.ndarray) -> str:
    pixel = int(good.argmin())
    cell = cells.iloc[pixel]
    got = "nothing" if pd.isna(cell) else repr(getattr(cell, "item", lambda: cell)())
    return f"pixel{pixel}: got {got[:60]}, expected a whole number from 0 to 255"


def _number(index: int, skipped: list[int]) -> int:
    """A row's number among all, which pandas gives among those that it did not skip."""
    for row in skipped:
        index += row <= index
    return index
