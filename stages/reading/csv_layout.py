"""Which column of a CSV of images is what, as its first line tells.

Columns are 784 pixels, named `pixel0` to `pixel783` or `pixel1` to `pixel784` (in any order), by
anything else, or without a header; and a label, found by its name or position, in files without a
header the first of 785. What else there is, such as pandas' index, is left aside.
"""

import csv
from pathlib import Path
from typing import NamedTuple

from stages.core.errors import UserError
from stages.reading.csv_names import EXPECTED, NAME, NUMBERS, called, pixel_columns
from stages.reading.faults import open_bytes, reading
from stages.reading.row_files import PIXELS

LABEL = "label"
LONGEST = 1_000_000  # bytes of a first line; a file without lines is no table


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
    pixels = pixel_columns(path, fields, columns, label) if header else columns
    aside = [called(fields, column) for column in columns if column not in {*pixels}]
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
    if fields.count(label) > 1:
        raise UserError(f"{path}: columns named twice: {label!r}; expected one, of labels")
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


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
