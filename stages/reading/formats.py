"""The one table of what can be read: data sets for `download`, files of rows for `predict`.

An entry names functions of its own file in this room, which is imported when one of them is called:
nobody waits for the library of another format. docs/recipes/format.md tells how to add one.
"""

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from stages.reading.faults import open_bytes
from stages.reading.published import PUBLISHED
from stages.reading.row_files import Fit, Options, Part, RowFile

HEAD = 6  # bytes of a file by which it may be known


class Format(NamedTuple):
    r"""One entry. What it leaves out, the format has not.

    Attributes:
        about: what `download` reads of it, for data/own/README.md.
        parts: (path, label, fit) to the parts of your own data. `label`: a column's name or
            position; `fit`: how pictures come into 28x28, or None.
        write: (folder, name, options) writes IDX files and dataset.json, as data/raw has them.
        param: the key of params.yaml's block `download` that holds that path or name.
        rows: (path, label) to the rows of one file, labels left aside.
        name: a pattern of such files' names, in small letters and without `.gz`.
        head: a pattern of their first bytes, unpacked.
    """

    about: str = ""
    parts: Callable[[Path, str | int, Fit | None], list[Part]] | None = None
    write: Callable[[Path, str, Options], None] | None = None
    param: str = "source"
    rows: Callable[[Path, str | int], RowFile] | None = None
    name: str = r"(?!)"
    head: bytes = rb"(?!)"


def late(where: str, takes: int = 1) -> Callable[..., Any]:
    """`FILE.FUNCTION` of this room, which is called with the first so many arguments."""

    def call(*arguments: Any) -> Any:
        file, function = where.split(".")
        return getattr(import_module(f"stages.reading.{file}"), function)(*arguments[:takes])

    return call


def data_sets() -> list[str]:
    """What `download.dataset` may be."""
    return [name for name, known in FORMATS.items() if known.parts or known.write]


def open_rows(path: Path, label: str | int) -> RowFile | None:
    """The rows of a file that is known by its name or first bytes; None where it may be a picture.

    Raises `UserError`, and `OSError` where the file cannot be read.
    """
    name = path.name.lower().removesuffix(".gz")
    with open_bytes(path) as file:
        head = file.read(HEAD)
    for known in FORMATS.values():
        if known.rows and (re.search(known.name, name) or re.match(known.head, head)):
            return known.rows(path, label)
    return None


FORMATS = {
    **dict.fromkeys(
        PUBLISHED, Format(write=late("published_files.fetch_published", 2), param="dataset")
    ),
    "digits": Format(write=late("published_files.copy_digits"), param="dataset"),
    "openml": Format(write=late("open_ml.write_openml", 3), param="openml"),
    "folder": Format(
        "`train/CLASS/*.png` (or `.jpg`, …) and, if you have it, `test/CLASS/`; or `CLASS/` alone",
        parts=late("picture_folder.parts", 3),
    ),
    "csv": Format(
        "`train.csv` and, if you have it, `test.csv` (`.gz` too); or name one file",
        parts=late("csv_files.parts", 2),
        rows=late("csv_files.open_csv", 2),
        name=r"\.csv$",
    ),
    "npz": Format(
        "name the file: `x_train`, `y_train` and, if you have them, `x_test`, `y_test`",
        parts=late("npz_files.parts"),
        rows=late("npz_files.open_npz"),
        name=r"\.npz$",
        head=rb"PK\x03\x04",
    ),
    "npy": Format(rows=late("npz_files.open_npy"), name=r"\.npy$", head=rb"\x93NUMPY"),
    "idx": Format(
        "`train-images…`, `train-labels…` and, if you have them, `t10k-…` or `test-…` (`.gz` too)",
        parts=late("idx_files.parts"),
        rows=late("idx_files.open_idx"),
        name=r"(idx|ubyte)[^.]*$",
        head=rb"\0\0[\x08\x09\x0b-\x0e][\x01-\x03]",
    ),
}
