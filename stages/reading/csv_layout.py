"""Which column of a CSV of images is what, as its first line tells.

Columns are 784 pixels, named `pixel0` to `pixel783` or `pixel1` to `pixel784` (in any order), by
anything else, or without a header; and a label, found by its name or position, in files without a
header the first of 785. What else there is, such as pandas' index, is left aside.
"""

import csv
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from stages.core.errors import UserError
from stages.reading.faults import open_bytes, reading
from stages.reading.row_files import PIXELS

LABEL = "label"
LONGEST = 1_000_000  # bytes of a first line; a file without lines is no table
EXPECTED = f"{PIXELS} pixels, or {PIXELS + 1} columns with the label first"
NAME = re.compile(r"pixel\d+")
NUMBERS = {str(pixel) for pixel in range(PIXELS)}  # pandas' names of columns that have none
ASIDE = re.compile(r"|unnamed: \d+|id|index", re.IGNORECASE)  # in a table whose pixels have no name


class Layout(NamedTuple):
    """`width`: how many columns; `pixels`: where pixel 0, 1, ... stand among them; `label`: where
    the label does, None where there is none; `aside`: what the others are called."""

    header: bool
    width: int
    pixels: list[int]
    label: int | None
    aside: list[str]


def read_layout(path: Path, label: str | int) -> Layout:
    """The layout of a file whose label goes by that name, or stands at that position from 0 (or,
    negative, from the end); raises `UserError`."""
    fields, second = _first_lines(path)
    # A single text is a label, or a slip; names are many.
    texts = sum(bool(field) and not _is_number(field) for field in fields)
    header = label in fields or texts > 1 or set(fields) >= NUMBERS
    fields = fields[: len(fields) - _commas_at_the_end(fields, second, header)]
    place = _place(path, fields, label, header)
    columns = [column for column in range(len(fields)) if column != place]
    if not header and len(columns) != PIXELS:
        raise UserError(f"{path}: {len(fields)} columns, expected {EXPECTED}")
    pixels = _pixels(path, fields, columns, label) if header else columns
    aside = [_called(fields, column) for column in columns if column not in {*pixels}]
    return Layout(header, len(fields), pixels, place, aside)


def _first_lines(path: Path) -> tuple[list[str], list[str]]:
    with reading(path), open_bytes(path) as file:
        first, second = file.readline(LONGEST), file.readline(LONGEST)
    if not first.strip():
        raise UserError(f"{path}: is empty, or its first line is; expected {EXPECTED}")
    try:
        fields = next(csv.reader([first.decode("utf-8-sig")]), [])
    except (UnicodeDecodeError, csv.Error):
        raise UserError(f"{path}: not a table: its first line is no CSV in UTF-8") from None
    if len(fields) == 1:
        raise UserError(f"{path}: its first line is not separated by commas; expected {EXPECTED}")
    return [field.strip() for field in fields], second.decode(errors="replace").strip().split(",")


def _commas_at_the_end(fields: list[str], second: list[str], header: bool) -> int:
    """1 where lines end with a comma, after which there is no column, else 0."""
    if len(fields) <= PIXELS or fields[-1]:
        return 0
    # Of a label and its pixels, the last may be missing: but hardly in two lines.
    twice = len(second) == len(fields) and not second[-1]
    return int(header or twice or len(fields) > PIXELS + 1)


def _place(path: Path, fields: list[str], label: str | int, header: bool) -> int | None:
    """The label's column."""
    if label in fields:
        return fields.index(label)
    if len(fields) <= PIXELS:
        return None
    if isinstance(label, str):
        return None if header else 0
    if not -len(fields) <= label < len(fields):
        raise UserError(
            f"{path}: no column {label}: it has {len(fields)}, counted from 0 (download.label in "
            "params.yaml)"
        )
    place = label % len(fields)
    return None if header and NAME.fullmatch(fields[place]) else place


def _pixels(path: Path, fields: list[str], columns: list[int], label: str | int) -> list[int]:
    """Where pixel 0, 1, ... stand, by their names, or else in the order of the columns."""
    named = [column for column in columns if NAME.fullmatch(fields[column])]
    if named:
        first = 0 if "pixel0" in fields else 1
        names = [f"pixel{number}" for number in range(first, first + PIXELS)]
        _check_names(path, fields, named, names)
        return [fields.index(name) for name in names]
    if len(columns) != PIXELS:
        columns = [column for column in columns if not ASIDE.fullmatch(fields[column])]
    _check_names(path, fields, [column for column in columns if fields[column]], None)
    if len(columns) != PIXELS:
        raise UserError(
            f"{path}: {len(columns)} columns beside the label ({label}), expected {PIXELS} pixels; "
            "download.label in params.yaml names the label's column"
        )
    return columns


def _check_names(path: Path, fields: list[str], columns: list[int], names: list[str] | None):
    """Raise `UserError` unless the columns have the names, if any are given, each once."""
    found = Counter(fields[column] for column in columns)
    wrong = {
        "unknown columns": [name for name in found if names and name not in names],
        "columns named twice": [name for name, times in found.items() if times > 1],
        "missing columns": [name for name in names or [] if name not in found],
    }
    for what, which in wrong.items():
        if which:
            more = f" and {len(which) - 1} more" if len(which) > 1 else ""
            raise UserError(
                f"{path}: {what}: {which[0]!r}{more}; expected pixel0 to pixel{PIXELS - 1} or "
                f"pixel1 to pixel{PIXELS}, other names, or no header: {EXPECTED}"
            )


def _called(fields: list[str], column: int) -> str:
    return repr(fields[column]) if fields[column] else f"column {column} (without a name)"


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
