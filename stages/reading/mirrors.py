"""Verified downloads: a gzip file from the first mirror that serves the pinned content."""

import gzip
import hashlib
import shutil
import zlib
from collections.abc import Iterable
from pathlib import Path

from tqdm import tqdm

from stages.core.errors import UserError
from stages.core.files import new_file
from stages.reading.http_files import CHUNK, MirrorError, Patience, download
from stages.reading.published import Pinned


def fetch(
    pinned: Pinned,
    mirrors: Iterable[str],
    folder: Path,
    partial: Path,
    advice: str,
    patience: Patience = Patience(),  # noqa: B008 (immutable)
) -> None:
    """Put the unpacked file at `folder/pinned.name`, whole and verified, or raise `UserError`.

    `mirrors` are URLs or local folders that hold `NAME.gz`. Cut downloads are kept in the folder
    `partial` and resumed by the next mirror or the next run. `advice`: what to do without any.
    """
    partial.mkdir(parents=True, exist_ok=True)
    packed = partial / pinned.served
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
        f"no mirror served {pinned.name}: tried {'; '.join(failures)}. Check the network, {advice}"
    )


def _fetch_from(
    mirror: str, pinned: Pinned, folder: Path, packed: Path, patience: Patience
) -> None:
    if not is_url(mirror):
        _unpack(_in_folder(mirror, pinned), pinned, folder)
        return
    resumed = packed.exists()
    download(f"{mirror.rstrip('/')}/{pinned.served}", packed, patience)
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


def _in_folder(mirror: str, pinned: Pinned) -> Path:
    for path in (Path(mirror) / pinned.served, Path(mirror) / pinned.name):
        if path.is_file():
            return path
    raise MirrorError(f"no {pinned.served} in that folder")


def _unpack(source: Path, pinned: Pinned, folder: Path) -> None:
    """Unpack `source` to `folder/pinned.name`, which appears only with the pinned content."""
    _verify(source, "md5", pinned.md5)
    with new_file(folder / pinned.name) as temporary:
        try:
            with _opened(source) as stream, temporary.open("wb") as file:
                # One byte more than expected is enough to know that the content is another one.
                limited = stream if pinned.size is None else _Limited(stream, pinned.size + 1)
                shutil.copyfileobj(limited, file, CHUNK)
        except (gzip.BadGzipFile, PermissionError, EOFError, zlib.error) as error:
            raise MirrorError(f"it serves no whole gzip file ({error})") from None
        _verify(temporary, "sha256", pinned.sha256)


def _verify(path: Path, algorithm: str, expected: str | None) -> None:
    if expected is None:
        return
    with path.open("rb") as file:
        found = hashlib.file_digest(file, algorithm).hexdigest()
    if found != expected:
        told = f"{algorithm} {found[:12]}…, expected {expected[:12]}…"
        raise MirrorError(f"it serves something else ({told})")


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
