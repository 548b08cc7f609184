"""Which of a CSV's named columns are pixels."""

import re
from collections import Counter
from pathlib import Path

from stages.core.errors import UserError
from stages.reading.row_files import PIXELS

EXPECTED = f"{PIXELS} pixels, or {PIXELS + 1} columns with the label first"
NAME = re.compile(r"pixel\d+")
NUMBERS = {str(pixel) for pixel in range(PIXELS)}  # pandas' names of columns that have none
ASIDE = re.compile(r"|unnamed: \d+|id|index", re.IGNORECASE)  # in a table whose pixels have no name


def pixel_columns(path: Path, fields: list[str], columns: list[int], label: str | int) -> list[int]:
    """Where pixel 0, 1, ... stand, by their names, or else in the order of the columns.

    Raises `UserError` where these are not 784.
    """
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


def _check_names(
    path: Path, fields: list[str], columns: list[int], names: list[str] | None
) -> None:
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


def called(fields: list[str], column: int) -> str:
    """A column, for messages."""
    return repr(fields[column]) if fields[column] else f"column {column} (without a name)"
