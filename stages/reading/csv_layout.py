"""Which column of a CSV of images is what, as its first line tells.

Columns are 784 pixels, as Kaggle names them (`pixel0` to `pixel783`, in any order), under any other
names, or without a header; and a label, found by its name or position, in files without a header
the first of 785.
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
NAMES = [f"pixel{pixel}" for pixel in range(PIXELS)]


class Layout(NamedTuple):
    """`width`: how many columns; `pixels`: where pixel 0, 1, ... stand among them; `label`: where
    the label does, None where there is none."""

    header: bool
    width: int
    pixels: list[int]
    label: int | None


def read_layout(path: Path, label: str | int) -> Layout:
    """The layout of a file whose label goes by that name, or stands at that position from 0 (or,
    negative, from the end); raises `UserError`."""
    fields = _first_line(path)
    # A single text is a label, or a slip; names are many.
    header = label in fields or sum(not _is_number(field) for field in fields) > 1
    place = _place(fields, label, header)
    pixels = [column for column in range(len(fields)) if column != place]
    if header:
        names = [fields[column] for column in pixels]
        named = any(re.fullmatch(r"pixel\d+", name) for name in names)
        _check_names(path, fields, names, named, label)
        pixels = [fields.index(name) for name in NAMES] if named else pixels
    elif len(fields) not in (PIXELS, PIXELS + 1):
        raise UserError(f"{path}: {len(fields)} columns, expected {EXPECTED}")
    return Layout(header, len(fields), pixels, place)


def _first_line(path: Path) -> list[str]:
    with reading(path), open_bytes(path) as file:
        line = file.readline(LONGEST)
    if not line.strip():
        raise UserError(f"{path}: is empty, or its first line is; expected {EXPECTED}")
    try:
        fields = next(csv.reader([line.decode("utf-8-sig")]), [])
    except (UnicodeDecodeError, csv.Error):
        raise UserError(f"{path}: not a table: its first line is no CSV in UTF-8") from None
    if len(fields) == 1:
        raise UserError(f"{path}: its first line is not separated by commas; expected {EXPECTED}")
    return [field.strip() for field in fields]


def _place(fields: list[str], label: str | int, header: bool) -> int | None:
    """The label's column."""
    if label in fields:
        return fields.index(label)
    if len(fields) <= PIXELS:
        return None
    if isinstance(label, int):
        return label % len(fields)
    return None if header else 0


def _check_names(
    path: Path, fields: list[str], names: list[str], named: bool, label: str | int
) -> None:
    wrong = {
        "unknown columns": [name for name in names if named and name not in NAMES],
        "columns named twice": [name for name, times in Counter(fields).items() if times > 1],
        "missing columns": [name for name in NAMES if named and name not in names],
    }
    for what, found in wrong.items():
        if found:
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            raise UserError(
                f"{path}: {what}: {found[0]!r}{more}; expected pixel0 to pixel{PIXELS - 1} and, if "
                f"at all, {label}; or no header: {EXPECTED}"
            )
    if len(names) != PIXELS:
        raise UserError(
            f"{path}: {len(names)} columns beside the label ({label}), expected {PIXELS} pixels"
        )


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
