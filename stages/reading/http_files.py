"""Files over HTTP, resumed where the line dropped, given up where the server is too slow."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import requests
import urllib3
from tqdm import tqdm

CHUNK = 1 << 16
RESUMES = 3  # times that one mirror may drop the connection before the next one is tried


class Patience(NamedTuple):
    """Seconds that a mirror may stay silent, and the bytes per second it must then average."""

    silence: float = 15.0
    rate: float = 8_000.0


class MirrorError(Exception):
    """Why this mirror does not do; the next one may."""


def download(url: str, packed: Path, patience: Patience) -> None:
    """Append to `packed` what it still lacks of `url`; raises `MirrorError`."""
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
