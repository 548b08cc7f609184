"""The command line of `python -m stages.serving.predict`."""

import argparse
from pathlib import Path
from typing import NoReturn

from stages.core.errors import UserError
from stages.reading.csv_layout import LABEL
from stages.serving.answers import FORMATS

ABOUT = "Ask a fitted model about your own digits: pictures, folders, IDX, CSV and npz files."
EXAMPLES = """
examples:
  python -m stages.serving.predict seven.jpg
  python -m stages.serving.predict scans/ --output digits.csv
  python -m stages.serving.predict t10k-images-idx3-ubyte.gz --reject 0.9
  python -m stages.serving.predict kaggle.csv --family lenet5 --format jsonl --top 3
  cat seven.png | python -m stages.serving.predict -

A picture may be large or small, dark on light or light on dark; it is cut to its digit, which is
centred and made as large as MNIST's. Rows of IDX, CSV and npz files that have MNIST's 28x28 pixels
are taken as they are; row 0, 1, ... of FILE is called FILE:0, FILE:1, ... A CSV has columns of
784 pixels and perhaps a label, which is ignored: a column called label, or --label; without a
header the first.

Lines are written as they become known. With --output a mistake in the last row leaves no file.
"""


class Parser(argparse.ArgumentParser):
    """Its mistakes are one line, as everywhere else."""

    def error(self, message: str) -> NoReturn:
        """Say it without the usage, which is several lines."""
        raise UserError(f"{message} (see --help)")


def column(text: str) -> str | int:
    """A column's name, or its position."""
    return int(text) if text.removeprefix("-").isdecimal() else text


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line; raises `UserError`."""
    parser = Parser(
        "python -m stages.serving.predict",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="a picture, a folder of pictures, an IDX (.gz), CSV (.gz), npz or npy file, or - for "
        "a picture on standard input",
    )
    add("--family", default="final", help="a family of params.yaml (default: the final model)")
    add("--format", choices=FORMATS, default="csv", help="default: csv")
    add("--output", type=Path, metavar="FILE", help="default: standard output")
    add("--top", type=int, metavar="K", help="name the K likeliest classes")
    add(
        "--reject",
        type=float,
        metavar="P",
        help="leave the label empty where its probability is below P",
    )
    add(
        "--label",
        type=column,
        default=LABEL,
        metavar="COLUMN",
        help="a CSV's column of labels, by name or by position from 0 (default: label)",
    )
    return parser.parse_args(arguments)
