"""Images on OpenML, through scikit-learn, which verifies and keeps what it fetches."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.reading.array_rows import CHUNK, PIXELS
from stages.reading.faults import one_line
from stages.reading.raw import Part
from stages.reading.upright import upright


def parts(dataset: str, cache: Path) -> list[Part]:
    """All rows of a data set, by its name or its number, as the part `train`; raises `UserError`.

    Pixels are the features in their order: 784 whole numbers from 0 to 255.
    """
    from sklearn.datasets import fetch_openml

    which = {"data_id": int(dataset)} if dataset.isdecimal() else {"name": dataset, "version": 1}
    where = f"OpenML's {dataset}"
    try:
        # As a frame, sparse data would be refused, and categories lose their names without one.
        found = fetch_openml(**which, data_home=str(cache), as_frame=True, parser="auto")
    except Exception as error:  # the network's errors, and scikit-learn's own
        raise UserError(
            f"{where}: cannot be fetched ({one_line(error)}); check download.openml in params.yaml "
            "and the network"
        ) from None
    pixels = found.data.to_numpy()
    if pixels.shape[1] != PIXELS or pixels.dtype.kind not in "iuf":
        raise UserError(
            f"{where}: {pixels.shape[1]} features of {pixels.dtype}, expected {PIXELS} pixels"
        )
    if found.target is None or found.target.isna().any():
        raise UserError(f"{where}: a row has no label, expected one in each")
    good = ((pixels >= 0) & (pixels <= 255) & (pixels == np.floor(pixels))).all(axis=1)
    if not good.all():
        row = int(np.flatnonzero(~good)[0])
        raise UserError(f"{where}: row {row}: a pixel is no whole number from 0 to 255")
    images = pixels.astype(np.uint8).reshape(-1, SIDE, SIDE)
    return [Part("train", where, len(images), _chunks(images, found.target.astype(str).tolist()))]


def _chunks(images: np.ndarray, labels: list[str]) -> Iterator[tuple[np.ndarray, list[str]]]:
    for start in range(0, len(images), CHUNK):
        yield upright(images[start : start + CHUNK])[0], labels[start : start + CHUNK]
