"""Stage `download`: a data set, published or your own, verified, as IDX files in data/raw."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from stages.core.errors import UserError, run
from stages.core.files import new_folder
from stages.core.params import PARAMS_FILE, Schema, read_block, require_named_families
from stages.core.paths import RAW
from stages.reading.formats import FORMATS, data_sets
from stages.reading.row_files import Fit, Options


class Download(Schema):
    """Which data set, and where it is to be had.

    `source`: where your own files are; `label`: the name or position of a CSV's column; `openml`: a
    name or number there; `transpose` turns every row, `skip_bad` leaves out what cannot be
    used, and `fit` says how pictures come into 28x28: cut to their digit or whole; None looks.
    """

    dataset: Literal[*data_sets()]
    source: Annotated[str, Field(min_length=1)]
    label: str | int
    openml: Annotated[str, Field(min_length=1, max_length=255)]
    transpose: bool = False
    skip_bad: bool = False
    fit: Fit | None = None


def write(folder: Path, params: Download) -> None:
    """The data set's files, and dataset.json; raises `UserError`."""
    known = FORMATS[params.dataset]
    asked = getattr(params, known.param)
    options = Options(params.transpose, params.skip_bad, params.fit)
    if known.param == "dataset":
        _require_plain(params)
    if known.write:
        known.write(folder, asked, options)
    else:
        from stages.reading.raw import write_parts  # with OpenCV, which MNIST does not need

        source = Path(asked)
        name = name_of(source, known.name)
        write_parts(folder, name, known.parts(source, params.label, params.fit), options)


def _require_plain(params: Download) -> None:
    if params.transpose:
        raise UserError(
            f"{PARAMS_FILE}: download.transpose: got true, but {params.dataset} stands upright as "
            "it comes; it is for your own data"
        )
    if params.fit:
        raise UserError(
            f"{PARAMS_FILE}: download.fit: got {params.fit}, but {params.dataset} comes as 28x28 "
            "pixels; it is for your own data"
        )


def name_of(source: Path, ending: str) -> str:
    """What your own data are called: as their folder, or as their file without its known ending."""
    name = source.resolve().name
    bare = re.sub(ending, "", re.sub(r"\.gz$", "", name, flags=re.I), flags=re.I)
    return bare if bare and not source.is_dir() else name


def main() -> None:
    params = read_block(Download, "download")
    require_named_families()  # what else can be wrong is better said before anything runs
    with new_folder(RAW) as folder:
        write(folder, params)


if __name__ == "__main__":
    run(main)
