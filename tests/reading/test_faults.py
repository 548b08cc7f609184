import gzip

import pytest

from stages.core.errors import UserError
from stages.reading.faults import open_bytes, reading


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_bytes_come_unpacked(tmp_path, pack):
    (tmp_path / "file").write_bytes(pack(b"0123456789"))
    with open_bytes(tmp_path / "file") as file:
        assert file.read() == b"0123456789"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(13, "Permission denied"), "a: cannot be read: Permission denied"),
        (gzip.BadGzipFile("CRC check failed"), "a: cannot be read: CRC check failed"),
        (ValueError("first line.\nsecond line"), "a: is damaged: first line"),
        (EOFError(), "a: is damaged: EOFError"),
        (UserError("kept as it is"), "kept as it is"),
    ],
)
def test_an_error_becomes_one_line(error, message):
    with pytest.raises(UserError) as told, reading("a"):
        raise error
    assert str(told.value) == message


def test_a_mistake_of_ours_is_not_hidden():
    with pytest.raises(AssertionError), reading("a"):
        raise AssertionError
