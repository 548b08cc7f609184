import hashlib

import pytest

from stages.core.errors import UserError
from stages.reading.http_files import Patience
from stages.reading.mirrors import fetch
from stages.reading.published import Pinned
from tests.reading.mirror import CONTENT, PACKED

PINNED = Pinned("file", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
IMPATIENT = Patience(silence=0.5, rate=50_000)


@pytest.fixture
def get(server, tmp_path):
    """Fetch from the mirrors named; returns what came, and leaves `partial` for inspection."""

    def get(*names):
        url = f"http://127.0.0.1:{server.server_port}"
        mirrors = [name if "/" in name else f"{url}/{name}" for name in names]
        fetch(PINNED, mirrors, tmp_path / "out", tmp_path / "partial", "ask NOBODY", IMPATIENT)
        return (tmp_path / "out" / "file").read_bytes()

    return get


def test_whole(get, tmp_path):
    assert get("whole") == CONTENT
    assert list((tmp_path / "partial").iterdir()) == []


@pytest.mark.parametrize(
    ("mirror", "reason"),
    [
        ("truncated", "it serves no whole gzip file"),
        ("wrong", "it serves something else"),
        ("page", "it serves no whole gzip file"),
        ("bomb", "it serves something else"),
        ("missing", "HTTP status 404"),
    ],
)
def test_a_bad_mirror_is_skipped_with_its_reason(get, tmp_path, capsys, mirror, reason):
    assert get(mirror, "whole") == CONTENT
    skipped = [line for line in capsys.readouterr().out.splitlines() if "skipping" in line]
    assert len(skipped) == 1
    assert reason in skipped[0]


def test_when_every_mirror_fails_one_error_tells_all(get, tmp_path):
    with pytest.raises(UserError) as error:
        get("missing", "wrong")
    message = str(error.value)
    assert "\n" not in message
    assert "HTTP status 404" in message
    assert "something else" in message
    assert message.endswith("Check the network, ask NOBODY")
    assert not (tmp_path / "out" / "file").exists()


def test_a_partial_file_of_an_earlier_run_is_resumed(get, server, tmp_path):
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / "file.gz").write_bytes(PACKED[:100])
    assert get("ranged") == CONTENT
    assert server.asked == [("ranged", "bytes=100-")]


@pytest.mark.parametrize("leftover", [b"damaged" * 10, PACKED + b"too long"])
def test_a_damaged_partial_file_is_fetched_anew(get, server, tmp_path, leftover):
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / "file.gz").write_bytes(leftover)
    assert get("ranged") == CONTENT
    assert server.asked[-1] == ("ranged", None)


def test_a_complete_partial_file_needs_no_bytes(get, tmp_path):
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / "file.gz").write_bytes(PACKED)
    assert get("ranged") == CONTENT


@pytest.mark.parametrize(("name", "content"), [("file.gz", PACKED), ("file", CONTENT)])
def test_a_folder_is_a_mirror(get, tmp_path, name, content):
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / name).write_bytes(content)
    assert get(str(tmp_path / "mirror")) == CONTENT


def test_a_folder_without_the_file_is_skipped(get, tmp_path, capsys):
    assert get(str(tmp_path), "whole") == CONTENT
    assert "no file.gz in that folder" in capsys.readouterr().out
