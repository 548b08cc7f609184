"""The files of a published data set: fetched and verified, or copied, as IDX files."""

import gzip
import zipfile
from pathlib import Path

import numpy as np

from stages.core.errors import UserError
from stages.core.paths import PARTIAL
from stages.reading.idx import IMAGES, LABELS, describe, read_idx, write_idx
from stages.reading.mirrors import fetch, take_kept
from stages.reading.published import ARCHIVE, DIGITS, FILES, PUBLISHED, advice, sources


def copy_digits(folder: Path) -> None:
    """The 1,797 digits of 8x8 pixels, 0..16 in each, that come with scikit-learn (UCI optdigits);
    no test set."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    write_idx(folder / f"train-{IMAGES}", digits.images.astype(np.uint8))
    write_idx(folder / f"train-{LABELS}", digits.target.astype(np.uint8))
    describe(folder, "digits", DIGITS, brightest=16)


def fetch_published(folder: Path, dataset: str) -> None:
    """The verified files of a data set of `PUBLISHED`, described; raises `UserError`."""
    published = PUBLISHED[dataset]
    partial = PARTIAL / published.mirrors
    for pinned in published.files:
        try:
            fetch(pinned, sources(dataset), folder, partial, advice(dataset))
        except UserError:
            if not take_kept(pinned, folder, partial):
                raise
    if published.member:
        _extract(folder / ARCHIVE.name, published.member, published.first, folder)
        (folder / ARCHIVE.name).unlink()
    describe(folder, dataset, published.classes, fit=published.fit)


def _extract(archive: Path, member: str, first: int, folder: Path) -> None:
    """The four files from EMNIST's archive, with images turned upright (there they are stored
    transposed) and labels from 0 on."""
    with zipfile.ZipFile(archive) as packed:
        for name in FILES:
            theirs = f"gzip/{member}-{name.replace('t10k', 'test')}.gz"
            target = folder / name
            target.write_bytes(gzip.decompress(packed.read(theirs)))
            if name.endswith(IMAGES):
                write_idx(target, read_idx(target, 3).swapaxes(1, 2))
            else:
                write_idx(target, read_idx(target, 1) - np.uint8(first))
