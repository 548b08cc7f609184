"""Verified downloads: a gzip file from the first mirror that serves the pinned content."""

import gzip
import hashlib
import math
import re
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tqdm import tqdm

from stages.core.errors import UserError
from stages.core.files import new_file
from stages.reading.faults import one_line
from stages.reading.http_files import CHUNK, MirrorError, Patience, download
from stages.reading.published import Pinned

CACHE = Path(".dvc/cache/files/md5")


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
    packed = partial / pinned.served
    failures = []
    for mirror in mirrors:
        try:
            return _fetch_from(mirror, pinned, folder, packed, patience)
        except (MirrorError, OSError) as error:
            told = re.sub("//[^/]*@", "//", mirror)  # without a password
            failures.append(f"{told} ({_reason(error)})")
            tqdm.write(f"{pinned.name}: skipping {told}: {_reason(error)}")
    raise UserError(
        f"no mirror served {pinned.name}: tried {'; '.join(failures)}. Check the network, {advice}"
    )


def take_kept(pinned: Pinned, folder: Path, partial: Path) -> bool:
    """Put the file at `folder/pinned.name` where it was left, whole, by a run before.

    DVC empties data/raw before the stage runs anew, but its cache still has what lay there.
    """
    files = filter(Path.is_file, CACHE.glob("??/*"))
    cached = [path for path in files if path.stat().st_size == pinned.size]
    for path in [*partial.glob(pinned.served), *cached]:
        with suppress(MirrorError, OSError):
            _unpack(path, pinned, folder)
            tqdm.write(f"{pinned.name}: taken from {path}")
            return True
    return False


def _fetch_from(
    mirror: str, pinned: Pinned, folder: Path, packed: Path, patience: Patience
) -> None:
    if not mirror.startswith(("http://", "https://")):
        return _unpack(_in_folder(mirror, pinned), pinned, folder)
    packed.parent.mkdir(parents=True, exist_ok=True)
    resumed = packed.exists()
    download(f"{mirror.rstrip('/')}/{pinned.served}", packed, patience, pinned.most)
    try:
        _unpack(packed, pinned, folder)
    except MirrorError:
        packed.unlink()
        if not resumed:
            raise
        # What was left over may be another mirror's packing, or damaged: once more from the start.
        _fetch_from(mirror, pinned, folder, packed, patience)
    packed.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    """What is wrong, and where, if that is a file of ours."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return one_line(error)


def _in_folder(mirror: str, pinned: Pinned) -> Path:
    for path in (Path(mirror) / pinned.served, Path(mirror) / pinned.name):
        if path.is_file():
            return path
    raise MirrorError(f"no {pinned.served} in that folder")


def _unpack(source: Path, pinned: Pinned, folder: Path) -> None:
    """Unpack `source` to `folder/pinned.name`, which appears only with the pinned content."""
    _verify(source, "md5", pinned.md5)
    opened = gzip.open if source.suffix == ".gz" else open
    with new_file(folder / pinned.name) as temporary:
        try:
            with opened(source, "rb") as stream, temporary.open("wb") as file:
                # More than expected is another content, and may be a bomb that fills the disk.
                most = math.inf if pinned.size is None else pinned.size
                while file.tell() <= most and (chunk := stream.read(CHUNK)):
                    file.write(chunk)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
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
