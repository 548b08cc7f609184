"""The rows of a CSV whose columns are known."""

import re
import warnings
from collections.abc import Iterator
from pathlib import Path

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

    `bad` gets a line for each row that is left out: before the chunk in which it is missing comes.
    Raises `UserError` for what is no table.
    """
    skipped: list[int] = []
    for frame in _frames(path, layout, bad, skipped):
        table = frame.iloc[:, layout.pixels]
        numbers, good = _numbers(table)
        long = frame[layout.width].notna().to_numpy()
        labels = None if layout.label is None else frame[layout.label].fillna("").str.strip()
        missing = np.zeros(len(frame), bool) if labels is None else (labels == "").to_numpy()
        keep = good.all(axis=1) & ~long & ~missing
        for row in np.flatnonzero(~keep):
            fault = "got no label, expected one in every row" if missing[row] else ""
            fault = fault or _pixel_fault(table.iloc[row], good[row])
            if long[row]:
                fault = f"more than {layout.width} values in this row, expected {layout.width}"
            bad.append(f"{path}:{_number(frame.index[row], skipped)}: {fault}")
        kept = None if labels is None else [whole(label) for label in labels[keep]]
        yield numbers[keep].astype(np.uint8).reshape(-1, SIDE, SIDE), kept


def _frames(
    path: Path, layout: Layout, bad: list[str], skipped: list[int]
) -> Iterator[pd.DataFrame]:
    """The table in chunks, with a column more than it has, to which values too many come.

    Rows with still more of them are `skipped`, by their numbers.
    """
    with reading(path), open_bytes(path) as file:
        try:
            reader = pd.read_csv(
                file,
                header=None,
                names=range(layout.width + 1),
                index_col=False,
                skiprows=int(layout.header),
                chunksize=CHUNK,
                encoding="utf-8-sig",
                low_memory=False,
                dtype={layout.width: str} | ({} if layout.label is None else {layout.label: str}),
                # A class may be called NA; a pixel may not.
                keep_default_na=False,
                na_values=[""],
                on_bad_lines="warn",
            )
            count = 0
            while True:
                with warnings.catch_warnings(record=True) as told:
                    warnings.simplefilter("always")
                    frame = next(reader, None)
                for line, found in UNEVEN.findall(" ".join(str(each.message) for each in told)):
                    row = int(line) - 1 - layout.header
                    skipped.append(row)
                    bad.append(f"{path}:{row}: {found} values in this row, expected {layout.width}")
                if frame is None:
                    break
                count += len(frame)
                yield frame
        except pd.errors.EmptyDataError:
            count = 0
        except pd.errors.ParserError as error:
            told = " ".join(str(error).split())
            raise UserError(f"{path}: not a table of commas: {told}") from None
    if not count and not skipped:
        raise UserError(f"{path}: holds no row")


def _numbers(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The cells (n, 784), and which of them are pixels, bool of the same shape."""
    if all(dtype.kind in "iu" for dtype in table.dtypes):
        numbers = table.to_numpy()
        return numbers, (numbers >= 0) & (numbers <= 255)
    numbers = table.apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
    # A column of True and False is read as such, and would pass for numbers.
    return numbers, are_pixels(numbers) & [dtype.kind != "b" for dtype in table.dtypes]


def _pixel_fault(cells: pd.Series, good: np.ndarray) -> str:
    if good.all():
        return ""
    pixel = int(good.argmin())
    cell = cells.iloc[pixel]
    got = "nothing" if pd.isna(cell) else repr(getattr(cell, "item", lambda: cell)())
    return f"pixel{pixel}: got {got[:60]}, expected a whole number from 0 to 255"


def _number(index: int, skipped: list[int]) -> int:
    """A row's number among all, which pandas gives among those that it did not skip."""
    for row in skipped:
        index += row <= index
    return index
