"""Images on OpenML, through scikit-learn, which verifies and keeps what it fetches."""

from pathlib import Path

import numpy as np

from stages.core.errors import UserError
from stages.core.paths import PARTIAL
from stages.core.rows import SIDE
from stages.reading.faults import one_line
from stages.reading.raw import write_parts
from stages.reading.row_files import PIXELS, RowFile, are_pixels, labelled

CACHE = PARTIAL / "openml"


def write_openml(folder: Path, dataset: str) -> None:
    """All rows of a data set, by its name or its number, as the part `train`; raises `UserError`.

    Pixels are the features in their order: 784 whole numbers from 0 to 255.
    """
    where = f"OpenML's {dataset}"
    found = _fetched(where, dataset)
    if found.target is None or found.target.isna().any():
        raise UserError(f"{where}: a row has no label, expected one in each")
    images, labels = _images(where, found.data.to_numpy()), found.target.astype(str).tolist()
    rows = RowFile(len(images), iter([images]))
    write_parts(folder, dataset, [labelled("train", where, rows, labels)])


def _fetched(where: str, dataset: str):
    from sklearn.datasets import fetch_openml

    which = {"data_id": int(dataset)} if dataset.isdecimal() else {"name": dataset, "version": 1}
    try:
        # As a frame, sparse data would be refused, and categories lose their names without one.
        return fetch_openml(**which, data_home=str(CACHE), as_frame=True, parser="auto")
    except Exception as error:  # the network's errors, and scikit-learn's own
        raise UserError(
            f"{where}: cannot be fetched ({one_line(error)}); check download.openml in params.yaml "
            "and the network"
        ) from None


def _images(where: str, pixels: np.ndarray) -> np.ndarray:
    """uint8 (n, 28, 28) from numbers (n, 784); raises `UserError` for any that is no pixel."""
    if pixels.shape[1] != PIXELS or pixels.dtype.kind not in "iuf":
        raise UserError(
            f"{where}: {pixels.shape[1]} features of {pixels.dtype}, expected {PIXELS} pixels"
        )
    good = are_pixels(pixels).all(axis=1)
    if not good.all():
        raise UserError(f"{where}: row {good.argmin()}: a pixel is no whole number from 0 to 255")
    return pixels.astype(np.uint8).reshape(-1, SIDE, SIDE)
