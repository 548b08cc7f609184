import gzip
import hashlib
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from stages.core.errors import UserError
from stages.reading.http_files import Patience
from stages.reading.mirrors import Pinned, fetch

CONTENT = random.Random(0).randbytes(200_000)
PACKED = gzip.compress(CONTENT, mtime=0)
PINNED = Pinned("file", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
BOMB = gzip.compress(CONTENT + bytes(10_000_000))
IMPATIENT = Patience(silence=0.5, rate=50_000)


class Handler(BaseHTTPRequestHandler):
    """Each first folder of the path is a mirror that misbehaves in its own way."""

    def do_GET(self):
        how = self.path.split("/")[1]
        self.server.asked.append((how, self.headers.get("Range")))
        getattr(self, how)()

    def log_message(self, *_):
        pass

    def answer(self, body, status=200, length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def whole(self):
        self.answer(PACKED)

    def truncated(self):
        self.answer(PACKED[: len(PACKED) // 2])

    def wrong(self):
        self.answer(gzip.compress(b"another file"))

    def page(self):
        self.answer(b"<html>Sign in to the network</html>")

    def bomb(self):
        self.answer(BOMB)

    def missing(self):
        self.send_error(404)

    def broken(self):
        self.send_error(500)

    def hanging(self):
        self.server.stop.wait(5)

    def slow(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(PACKED)))
        self.end_headers()
        for byte in PACKED[:40]:
            self.wfile.write(bytes([byte]))
            if self.server.stop.wait(0.1):
                return

    def cut(self):
        """Drops the line after a third, but resumes."""
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        rest = PACKED[start:]
        range_ = f"bytes {start}-{len(PACKED) - 1}/{len(PACKED)}"
        headers = {"Content_Range": range_} if start else {}
        self.answer(
            rest[: len(PACKED) // 3 + 1], 206 if start else 200, length=len(rest), **headers
        )
        self.close_connection = True

    def elsewhere(self):
        self.answer(PACKED[10:], 206, Content_Range=f"bytes 10-{len(PACKED) - 1}/{len(PACKED)}")

    def ranged(self):
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        if start >= len(PACKED):
            return self.send_error(416)
        range_ = f"bytes {start}-{len(PACKED) - 1}/{len(PACKED)}"
        self.answer(PACKED[start:], 206, Content_Range=range_)


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.stop = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.stop.set()
    server.shutdown()
    server.server_close()


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
        ("broken", "HTTP status 500"),
        ("hanging", "no answer in time"),
        ("slow", "too slow"),
    ],
)
def test_a_bad_mirror_is_skipped_with_its_reason(get, tmp_path, capsys, mirror, reason):
    start = time.monotonic()
    assert get(mirror, "whole") == CONTENT
    skipped = [line for line in capsys.readouterr().out.splitlines() if "skipping" in line]
    assert len(skipped) == 1
    assert reason in skipped[0]
    assert time.monotonic() - start < 5


def test_a_mirror_that_is_down(get, capsys):
    assert get("http://127.0.0.1:9/", "whole") == CONTENT
    assert "cannot be reached" in capsys.readouterr().out


def test_when_every_mirror_fails_one_error_tells_all(get, tmp_path):
    with pytest.raises(UserError) as error:
        get("missing", "wrong")
    message = str(error.value)
    assert "\n" not in message
    assert "HTTP status 404" in message
    assert "something else" in message
    assert message.endswith("Check the network, ask NOBODY")
    assert not (tmp_path / "out" / "file").exists()


def test_a_cut_download_resumes_where_it_stopped(get, server):
    assert get("cut") == CONTENT
    third = len(PACKED) // 3 + 1
    assert server.asked == [
        ("cut", None),
        ("cut", f"bytes={third}-"),
        ("cut", f"bytes={2 * third}-"),
    ]


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


def test_a_mirror_that_ignores_ranges_starts_over(get, tmp_path):
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / "file.gz").write_bytes(PACKED[:100])
    assert get("whole") == CONTENT


def test_a_mirror_that_resumes_elsewhere_is_skipped(get, tmp_path, capsys):
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / "file.gz").write_bytes(PACKED[:100])
    assert get("elsewhere", "whole") == CONTENT
    assert "resumed at another place" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "content"), [("file.gz", PACKED), ("file", CONTENT)])
def test_a_folder_is_a_mirror(get, tmp_path, name, content):
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / name).write_bytes(content)
    assert get(str(tmp_path / "mirror")) == CONTENT


def test_a_folder_without_the_file_is_skipped(get, tmp_path, capsys):
    assert get(str(tmp_path), "whole") == CONTENT
    assert "no file.gz in that folder" in capsys.readouterr().out
