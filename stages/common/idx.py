"""The IDX format of the original MNIST files (source: http://yann.lecun.com/exdb/mnist/)."""

import math
import struct
from pathlib import Path

import numpy as np

from stages.common.errors import UserError
from stages.common.files import new_file

UNSIGNED_BYTE = 0x08


def read_idx(path: Path, dimensions: int) -> np.ndarray:
    """The uint8 array in the file; raises `UserError` unless magic number and size are right."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    header = 4 + 4 * dimensions
    magic = bytes([0, 0, UNSIGNED_BYTE, dimensions])
    if len(content) < header or content[:4] != magic:
        raise UserError(
            f"{path}: not an IDX file of unsigned bytes in {dimensions} dimension(s): it starts "
            f"with {content[:4].hex() or 'nothing'}, expected {magic.hex()}"
        )
    shape = struct.unpack(f">{dimensions}I", content[4:header])
    expected = header + math.prod(shape)
    if len(content) != expected:
        raise UserError(
            f"{path}: {len(content)} bytes, but its header announces the shape {shape}, "
            f"which takes {expected}"
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def write_idx(path: Path, array: np.ndarray) -> None:
    """Write a uint8 array of any number of dimensions."""
    if array.dtype != np.uint8:
        raise TypeError(f"IDX files hold uint8 here, got {array.dtype}")
    header = bytes([0, 0, UNSIGNED_BYTE, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    with new_file(path) as temporary:
        temporary.write_bytes(header + array.tobytes())
