"""Verified downloads: a gzip file from the first mirror that serves the pinned content."""

import gzip
import hashlib
import shutil
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import requests
import urllib3
from tqdm import tqdm

from stages.common.errors import UserError
from stages.common.files import new_file

CHUNK = 1 << 16
RESUMES = 3  # times that one mirror may drop the connection before the next one is tried


class Pinned(NamedTuple):
    """A file by its unpacked content: mirrors may pack it differently, the content is the same."""

    name: str
    size: int
    sha256: str


class Patience(NamedTuple):
    """Seconds that a mirror may stay silent, and the bytes per second it must then average."""

    silence: float = 15.0
    rate: float = 8_000.0


class MirrorError(Exception):
    """Why this mirror does not do; the next one may."""


def fetch(
    pinned: Pinned,
    mirrors: Iterable[str],
    folder: Path,
    partial: Path,
    patience: Patience = Patience(),  # noqa: B008 (immutable)
) -> None:
    """Put the unpacked file at `folder/pinned.name`, whole and verified, or raise `UserError`.

    `mirrors` are URLs or local folders that hold `NAME.gz`. Cut downloads are kept in the folder
    `partial` and resumed by the next mirror or the next run.
    """
    partial.mkdir(parents=True, exist_ok=True)
    packed = partial / f"{pinned.name}.gz"
    failures = []
    for mirror in mirrors:
        try:
            _fetch_from(mirror, pinned, folder, packed, patience)
        except MirrorError as error:
            failures.append(f"{mirror} ({error})")
            tqdm.write(f"{pinned.name}: skipping {mirror}: {error}")
        else:
            return
    raise UserError(
        f"no mirror served {pinned.name}: tried {'; '.join(failures)}. Check the network, point "
        "MNIST_MIRROR at a folder or URL that holds the .gz files, or take the data set that "
        "needs no network: dvc exp run -S download.dataset=digits"
    )


def _fetch_from(
    mirror: str, pinned: Pinned, folder: Path, packed: Path, patience: Patience
) -> None:
    if not is_url(mirror):
        _unpack(_in_folder(mirror, pinned.name), pinned, folder)
        return
    resumed = packed.exists()
    _download(f"{mirror.rstrip('/')}/{pinned.name}.gz", packed, patience)
    try:
        _unpack(packed, pinned, folder)
    except MirrorError:
        packed.unlink()
        if not resumed:
            raise
        # What was left over may be another mirror's packing, or damaged: once more from the start.
        _fetch_from(mirror, pinned, folder, packed, patience)
    packed.unlink(missing_ok=True)


def is_url(mirror: str) -> bool:
    """Whether the mirror is reached over HTTP rather than a local folder."""
    return mirror.startswith(("http://", "https://"))


def _in_folder(mirror: str, name: str) -> Path:
    for path in (Path(mirror) / f"{name}.gz", Path(mirror) / name):
        if path.is_file():
            return path
    raise MirrorError(f"no {name}.gz in that folder")


def _download(url: str, packed: Path, patience: Patience) -> None:
    """Append to `packed` what it still lacks of `url`."""
    for attempt in range(1 + RESUMES):
        before = packed.stat().st_size if packed.exists() else 0
        try:
            return _download_once(url, packed, patience)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            after = packed.stat().st_size if packed.exists() else 0
            if after <= before or attempt == RESUMES:
                raise MirrorError(_reason(error)) from None


def _download_once(url: str, packed: Path, patience: Patience) -> None:
    have = packed.stat().st_size if packed.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.get(url, headers=headers, stream=True, timeout=patience.silence) as response:
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            return  # nothing is left to fetch; the checksum tells whether what we have is right
        if response.status_code not in (requests.codes.ok, requests.codes.partial_content):
            raise MirrorError(f"HTTP status {response.status_code}")
        if response.status_code == requests.codes.ok:
            have = 0
        elif not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise MirrorError("it resumed at another place than asked")
        total = int(response.headers.get("Content-Length", 0)) + have or None
        bar = tqdm(total=total, initial=have, unit="B", unit_scale=True, desc=packed.stem)
        # read1 hands over what has arrived, so that nothing is lost when the line drops.
        chunks = iter(lambda: response.raw.read1(CHUNK), b"")
        with bar, packed.open("ab" if have else "wb") as file:
            for chunk in _at_least(chunks, patience):
                file.write(chunk)
                bar.update(len(chunk))


def _at_least(chunks: Iterable[bytes], patience: Patience) -> Iterator[bytes]:
    start, received = time.monotonic(), 0
    for chunk in chunks:
        yield chunk
        received += len(chunk)
        seconds = time.monotonic() - start
        if seconds > patience.silence and received < patience.rate * seconds:
            raise MirrorError(f"too slow ({received / seconds:,.0f} bytes/s)")


def _reason(error: Exception) -> str:
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return "no answer in time"
    if isinstance(error, requests.ConnectionError):
        return "cannot be reached"
    if isinstance(error, urllib3.exceptions.HTTPError):
        return "it cut the connection"
    return f"not a usable address ({error})"


def _unpack(source: Path, pinned: Pinned, folder: Path) -> None:
    """Unpack `source` to `folder/pinned.name`, which appears only with the pinned content."""
    with new_file(folder / pinned.name) as temporary:
        try:
            with _opened(source) as stream, temporary.open("wb") as file:
                # One byte more than expected is enough to know that the content is another one.
                shutil.copyfileobj(_Limited(stream, pinned.size + 1), file, CHUNK)
        except (OSError, EOFError, zlib.error) as error:
            raise MirrorError(f"it serves no whole gzip file ({error})") from None
        with temporary.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != pinned.sha256:
            raise MirrorError(
                f"it serves something else (sha256 {found[:12]}…, expected {pinned.sha256[:12]}…)"
            )


def _opened(source: Path):
    return gzip.open(source, "rb") if source.suffix == ".gz" else source.open("rb")


class _Limited:
    """A stream that ends after `limit` bytes, so that a gzip bomb cannot fill the disk."""

    def __init__(self, stream, limit: int):
        self.stream, self.left = stream, limit

    def read(self, size: int) -> bytes:
        data = self.stream.read(min(size, self.left))
        self.left -= len(data)
        return data
