"""Files over HTTP, resumed where the line dropped, given up where the server is too slow."""

import http.client
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import urljoin

import requests
import urllib3
from tqdm import tqdm

from stages.reading.faults import one_line

CHUNK = 1 << 16
RESUMES = 3  # times that one mirror may drop the connection before the next one is tried
REDIRECTS = 10
AGAIN = 3  # times the seconds of silence that one read may take, however it trickles in
# What requests and urllib3 raise, and what they let through of the standard library's own.
FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError)
FAILURES += (http.client.HTTPException, ValueError)


T = TypeVar("T")


class Patience(NamedTuple):
    """Seconds that a mirror may stay silent, and the bytes per second it must then average."""

    silence: float = 15.0
    rate: float = 8_000.0


class MirrorError(Exception):
    """Why this mirror does not do; the next one may."""


class _Direct(requests.Session):
    """Follows no redirect: requests reads what comes with one to its end, which may never come."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere."""


def download(url: str, packed: Path, patience: Patience, most: int) -> None:
    """Append to `packed` what it still lacks of `url`; raises `MirrorError`.

    An answer that goes on past `most` bytes is cut soon after them: its checksum tells the rest.
    """
    for attempt in range(1 + RESUMES):
        before = _size(packed)
        try:
            return _download_once(url, packed, patience, most)
        except FAILURES as error:
            if _size(packed) <= before or attempt == RESUMES:
                raise MirrorError(_reason(error)) from None


def _size(packed: Path) -> int:
    return packed.stat().st_size if packed.exists() else 0


def _download_once(url: str, packed: Path, patience: Patience, most: int) -> None:
    have = _size(packed)
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with _answer(url, headers, patience) as response:
        if have and response.status_code == requests.codes.requested_range_not_satisfiable:
            return  # nothing is left to fetch; the checksum tells whether what we have is right
        if response.status_code not in (requests.codes.ok, requests.codes.partial_content):
            raise MirrorError(f"HTTP status {response.status_code}")
        if response.status_code == requests.codes.ok:
            have = 0
        elif not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise MirrorError("it resumed at another place than asked")
        left = response.raw.length_remaining  # None where the header is missing, or no number
        total = left and left + have
        bar = tqdm(total=total, initial=have, unit="B", unit_scale=True, desc=packed.stem)
        # read1 hands over what has arrived, so that nothing is lost when the line drops.
        chunks = iter(partial(_within, patience, partial(response.raw.read1, CHUNK)), b"")
        with bar, packed.open("ab" if have else "wb") as file:
            for chunk in _at_least(chunks, patience):
                file.write(chunk)
                bar.update(len(chunk))
                if file.tell() > most:
                    break


def _answer(url: str, headers: dict[str, str], patience: Patience) -> requests.Response:
    """What stands at the end of all redirects."""
    for _ in range(1 + REDIRECTS):
        with _Direct() as session:
            ask = partial(session.get, url, headers=headers, stream=True, timeout=patience.silence)
            answer = _within(patience, ask)
        if not answer.is_redirect:
            return answer
        answer.close()
        url = urljoin(url, answer.headers["Location"])
    raise MirrorError(f"more than {REDIRECTS} redirects")


def _within(patience: Patience, ask: Callable[[], T]) -> T:
    """What `ask` returns, or `MirrorError`: a header, or the frame of a chunk, that drips in is
    never silent, and never ends."""

    def late(*_: object) -> None:
        raise MirrorError("no answer in time")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, AGAIN * patience.silence)
    try:
        return ask()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


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
    if isinstance(error, (urllib3.exceptions.ProtocolError, http.client.HTTPException)):
        return "it cut the connection"
    return f"not a usable address or answer ({one_line(error)})"
