"""Stage `download`: a data set, published or your own, verified, as IDX files in data/raw."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from stages.core.errors import run
from stages.core.files import new_folder
from stages.core.params import Schema, read_block, require_named_families
from stages.core.paths import RAW
from stages.reading.formats import FORMATS, data_sets


class Download(Schema):
    """Which data set, and where it is to be had.

    `source`: where your own files are; `label`: the name or position of a CSV's column; `openml`: a
    name or number there.
    """

    dataset: Literal[*data_sets()]
    source: Annotated[str, Field(min_length=1)]
    label: str | int
    openml: Annotated[str, Field(min_length=1)]


def write(folder: Path, params: Download) -> None:
    """The data set's files, and dataset.json; raises `UserError`."""
    known = FORMATS[params.dataset]
    asked = getattr(params, known.param)
    if known.write:
        known.write(folder, asked)
    else:
        from stages.reading.raw import write_parts  # with OpenCV, which MNIST does not need

        source = Path(asked)
        name = source.resolve().name.split(".")[0]
        write_parts(folder, name, known.parts(source, params.label))


def main() -> None:
    params = read_block(Download, "download")
    require_named_families()  # what else can be wrong is better said before anything runs
    with new_folder(RAW) as folder:
        write(folder, params)


if __name__ == "__main__":
    run(main)
