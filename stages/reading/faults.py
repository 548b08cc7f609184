"""Files from outside, whose every fault is told in one line."""

import gzip
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from stages.core.errors import UserError

GZIP = b"\x1f\x8b"
# What the readers of gzip, zip and NumPy's format raise when bytes have been cut or changed.
DAMAGED = (ArithmeticError, EOFError, LookupError, MemoryError, RuntimeError, SyntaxError)
DAMAGED += (TypeError, ValueError, struct.error, tokenize.TokenError)
DAMAGED += (zipfile.BadZipFile, zlib.error)


@contextmanager
def reading(where: str | Path) -> Iterator[None]:
    """Turn what goes wrong in the block into a `UserError` that names the file."""
    try:
        yield
    except OSError as error:
        raise UserError(f"{where}: cannot be read: {error.strerror or error}") from None
    except DAMAGED as error:
        raise UserError(f"{where}: is damaged: {one_line(error)}") from None


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, unpacked when it is gzipped."""
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    return gzip.open(path) if packed else path.open("rb")


def one_line(error: BaseException) -> str:
    """The first line of what an error says, or else its name."""
    said = str(error).strip().splitlines()
    return said[0].strip().rstrip(".:") if said else type(error).__name__
