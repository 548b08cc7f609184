"""The files of a published data set: fetched, verified, unpacked to IDX files."""

import gzip
import shutil
import zipfile
from pathlib import Path

import numpy as np

from stages.core.paths import PARTIAL
from stages.reading.idx import IMAGES, LABELS, describe, read_idx, write_idx
from stages.reading.mirrors import fetch
from stages.reading.published import ARCHIVE, FILES, PUBLISHED, advice, sources


def fetch_published(folder: Path, dataset: str) -> None:
    """The verified files of a data set of `PUBLISHED`, described; raises `UserError`."""
    published = PUBLISHED[dataset]
    for pinned in published.files:
        fetch(pinned, sources(dataset), folder, PARTIAL / published.mirrors, advice(dataset))
    if published.member:
        _extract(folder / ARCHIVE.name, published.member, published.first, folder)
        (folder / ARCHIVE.name).unlink()
    describe(folder, dataset, published.classes)


def _extract(archive: Path, member: str, first: int, folder: Path) -> None:
    """The four files from EMNIST's archive, with images turned upright (there they are stored
    transposed) and labels from 0 on."""
    names = [f"{part}-{kind}" for part in ("train", "test") for kind in (IMAGES, LABELS)]
    with zipfile.ZipFile(archive) as packed:
        for name, target in zip(names, (folder / each for each in FILES), strict=True):
            opened = packed.open(f"gzip/{member}-{name}.gz")
            with opened, gzip.open(opened) as file, target.open("wb") as unpacked:
                shutil.copyfileobj(file, unpacked)
            if name.endswith(IMAGES):
                write_idx(target, read_idx(target, 3).swapaxes(1, 2))
            else:
                write_idx(target, read_idx(target, 1) - np.uint8(first))
