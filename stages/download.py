"""Stage `download`: a data set, published or your own, verified, as IDX files in data/raw."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field

from stages.core.errors import UserError, run
from stages.core.files import new_folder
from stages.core.params import (
    PARAMS_FILE,
    Schema,
    read_block,
    require_named_families,
    require_one_of,
)
from stages.core.paths import RAW
from stages.reading.formats import FORMATS, data_sets
from stages.reading.row_files import Fit, Options


class Download(Schema):
    """Which data set, or a list of several that are joined, and where it is to be had.

    `source`: where your own files are; `label`: the name or position of a CSV's column; `openml`: a
    name or number there; `transpose` turns every row, `skip_bad` leaves out what cannot be
    used, and `fit` says how pictures come into 28x28: cut to their digit or whole; None looks.
    """

    dataset: str | Annotated[list[str], Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    label: str | int
    openml: Annotated[str, Field(min_length=1, max_length=255)]
    transpose: bool = False
    skip_bad: bool = False
    fit: Fit | None = None


def write(folder: Path, params: Download) -> None:
    """The data set's files, and dataset.json, or a folder of them for each; raises `UserError`."""
    names = [params.dataset] if isinstance(params.dataset, str) else params.dataset
    for name in names:
        require_one_of(f"data set {name!r}", name, data_sets(), "download.dataset")
    of_params = [FORMATS[name].param for name in names]
    if len(set(names)) < len(names) or of_params.count("source") > 1:
        raise UserError(
            f"{PARAMS_FILE}: download.dataset: got {', '.join(names)}; each may be named once, and "
            "one of those that are read from download.source"
        )
    if set(of_params) == {"dataset"}:
        _require_plain(params, names[0])
    for number, name in enumerate(names):
        place = folder if len(names) == 1 else folder / str(number)
        place.mkdir(exist_ok=True)
        write_one(place, name, params)


def write_one(folder: Path, name: str, params: Download) -> None:
    """The files of one data set, and its dataset.json."""
    known = FORMATS[name]
    asked = name if known.param == "dataset" else getattr(params, known.param)
    options = Options(params.transpose, params.skip_bad, params.fit)
    if known.write:
        known.write(folder, asked, options)
    else:
        from stages.reading.raw import write_parts  # with OpenCV, which MNIST does not need

        source = Path(asked)
        called, parts = name_of(source, known.name), known.parts(source, params.label, params.fit)
        write_parts(folder, called, parts, options)


def _require_plain(params: Download, name: str) -> None:
    if params.transpose:
        raise UserError(
            f"{PARAMS_FILE}: download.transpose: got true, but {name} stands upright as it comes; "
            "it is for your own data"
        )
    if params.fit:
        raise UserError(
            f"{PARAMS_FILE}: download.fit: got {params.fit}, but {name} comes as 28x28 pixels; it "
            "is for your own data"
        )


def name_of(source: Path, ending: str) -> str:
    """What your own data are called: as their folder, or as their file without its known ending."""
    try:
        name = source.resolve().name
    except RuntimeError:
        raise UserError(
            f"{source}: links that lead back to themselves; name a file or a folder"
        ) from None
    bare = re.sub(ending, "", re.sub(r"\.gz$", "", name, flags=re.I), flags=re.I)
    return bare if bare and not source.is_dir() else name


def main() -> None:
    params = read_block(Download, "download")
    require_named_families()  # what else can be wrong is better said before anything runs
    with new_folder(RAW) as folder:
        write(folder, params)


if __name__ == "__main__":
    run(main)
