"""Images on OpenML, through scikit-learn, which verifies and keeps what it fetches."""

import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import URLError

import numpy as np

from stages.core.errors import UserError
from stages.core.paths import PARTIAL
from stages.core.rows import SIDE
from stages.reading.faults import one_line
from stages.reading.raw import write_parts
from stages.reading.row_files import PIXELS, Options, RowFile, are_pixels, labelled, whole

CACHE = PARTIAL / "openml"
MOST = 1 << 30  # bytes of one answer: packed, hundreds of thousands of images
SILENCE = 30.0  # seconds that an answer may pause


def write_openml(folder: Path, dataset: str, options: Options) -> None:
    """All rows of a data set, by its name or its number, as the part `train`; raises `UserError`.

    Pixels are the features in their order: 784 whole numbers from 0 to 255.
    """
    where = f"OpenML's {dataset}"
    found = _fetched(where, dataset)
    if found.target is None or found.target.isna().any():
        raise UserError(f"{where}: a row has no label, expected one in each")
    images = _images(where, found.data.to_numpy())
    labels = [whole(label) for label in found.target.astype(str)]
    rows = RowFile(len(images), iter([images]))
    write_parts(folder, dataset, [labelled("train", where, rows, labels)], options)


def _fetched(where: str, dataset: str):
    from sklearn.datasets import fetch_openml

    which = {"data_id": int(dataset)} if dataset.isdecimal() else {"name": dataset, "version": 1}
    try:
        with _bounded():
            # Sparse data are refused as a frame, but categories lose their names without one.
            return fetch_openml(**which, data_home=str(CACHE), as_frame=True, parser="auto")
    except Exception as error:  # the network's errors, and scikit-learn's own
        raise UserError(
            f"{where}: cannot be fetched ({one_line(error)}); check download.openml in params.yaml "
            "and the network"
        ) from None


class _Bounds(urllib.request.BaseHandler):
    """Ends every answer that has more than `MOST` bytes, those of redirects and errors too."""

    handler_order = 0  # before what reads them

    def http_response(self, _, answer: HTTPResponse) -> HTTPResponse:
        """The answer, which now counts what is read of it."""
        read, left = answer.read, MOST

        def bounded(amount: int | None = None) -> bytes:
            nonlocal left
            content = read(left + 1 if amount is None or amount < 0 else min(amount, left + 1))
            left -= len(content)
            if left < 0:
                raise URLError(f"an answer of more than {MOST:,} bytes")  # which is not tried again
            return content

        answer.read = bounded
        return answer

    https_response = http_response


@contextmanager
def _bounded() -> Iterator[None]:
    """What scikit-learn asks for through urllib comes in time, and not without an end."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SILENCE)
    urllib.request.install_opener(urllib.request.build_opener(_Bounds))
    try:
        yield
    finally:
        urllib.request.install_opener(None)
        socket.setdefaulttimeout(before)


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
