"""Stage `download`: a data set, published or your own, verified, as IDX files in data/raw."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from stages.core.errors import run
from stages.core.files import new_folder
from stages.core.params import Schema, read_block
from stages.core.paths import PARTIAL, RAW
from stages.reading import open_ml, own_arrays, own_csv, own_folder
from stages.reading.published import PUBLISHED, fetch_published, sources
from stages.reading.raw import Part, write_parts
from stages.reading.small_digits import copy_digits


class Download(Schema):
    """Which data set, and where it is to be had.

    `source`: where your own files are; `label`: the name or position of a CSV's column; `openml`: a
    name or number there.
    """

    dataset: Literal[
        *("mnist", "fashion_mnist", "kmnist", "emnist_digits", "emnist_letters", "digits"),
        *("csv", "folder", "idx", "npz", "openml"),
    ]
    source: Annotated[str, Field(min_length=1)]
    label: str | int
    openml: Annotated[str, Field(min_length=1)]


def own_parts(params: Download) -> tuple[str, list[Part]]:
    """What your own data are called, and their parts, opened; raises `UserError`."""
    source = Path(params.source)
    name = source.resolve().name.split(".")[0]
    match params.dataset:
        case "csv":
            return name, own_csv.parts(source, params.label)
        case "folder":
            return name, own_folder.parts(source)
        case "idx":
            return name, own_arrays.idx_parts(source)
        case "npz":
            return name, own_arrays.npz_parts(source)
        case "openml":
            return params.openml, open_ml.parts(params.openml, PARTIAL / "openml")


def main() -> None:
    params = read_block(Download, "download")
    with new_folder(RAW) as folder:
        if params.dataset in PUBLISHED:
            fetch_published(params.dataset, sources(params.dataset), folder)
        elif params.dataset == "digits":
            copy_digits(folder)
        else:
            write_parts(folder, *own_parts(params))


if __name__ == "__main__":
    run(main)
