import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stages.reading.http_files import Patience
from stages.reading.mirrors import fetch, take_kept
from stages.reading.published import Pinned
from tests.reading.mirror import CONTENT, PACKED

ROOT = Path(__file__).parents[2]
PINNED = Pinned("file", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Writes a file of the project, and returns its folder."""
    monkeypatch.chdir(tmp_path)

    def place(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path.parent

    return place


@pytest.fixture
def get(server, tmp_path):
    """Fetch from the mirrors named; returns what came, and leaves `partial` for inspection."""

    def get(*names):
        mirrors = [name if "/" in name else f"{server.url}/{name}" for name in names]
        patience = Patience(silence=0.5, rate=50_000)
        fetch(PINNED, mirrors, tmp_path / "out", tmp_path / "partial", "ask NOBODY", patience)
        return (tmp_path / "out/file").read_bytes()

    return get


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
        ("dripping", "no answer in time"),
        ("waiting", "no answer in time"),
        ("framed", "no answer in time"),
        ("slow", "too slow"),
        ("elsewhere", "it resumed at another place than asked"),
        ("http://127.0.0.1:9/", "cannot be reached"),
        ("http:///", "not a usable address"),
        ("http://[::bad/", "not a usable address"),
        ("endless", "it serves no whole gzip file"),
        ("crooked", "not a usable address or answer (Invalid IPv6"),
        ("strange", "not a usable address or answer (No connection adapters"),
        ("circle", "more than 10 redirects"),
        ("unasked", "HTTP status 416"),
        ("miscounted", "Content-Length contained multiple unmatching values"),
        ("/" + "a" * 300, "File name too long"),
        ("no/folder", "no file.gz in that folder"),
    ],
)
def test_a_bad_mirror_is_skipped_in_time_with_its_reason(get, capsys, mirror, reason):
    start = time.monotonic()
    assert get(mirror, "whole") == CONTENT
    assert time.monotonic() - start < 5
    (skipped,) = [line for line in capsys.readouterr().out.splitlines() if "skipping" in line]
    assert reason in skipped


@pytest.mark.parametrize("mirror", ["uncounted", "padded", "away"])
def test_odd_answers_with_the_right_content_do(get, mirror):
    assert get(mirror) == CONTENT


@pytest.mark.parametrize("mirror", ["endless", "padded", "away"])
def test_an_answer_that_never_ends_is_cut(get, server, tmp_path, mirror):
    get(mirror, "whole")
    assert list((tmp_path / "partial").iterdir()) == []
    assert server.sent < 40 * len(CONTENT)  # what the system's buffers took


@pytest.mark.parametrize("name", ["partial/file.gz/a", "partial"])
def test_what_stands_in_the_way_of_a_cut_download_is_told_and_folders_do(get, place, refused, name):
    place(name, b"")
    with refused(r"whole \(.*partial(/file.gz)?: (Is a directory|File exists)"):
        get("whole")
    assert get("whole", str(place("mirror/file", CONTENT))) == CONTENT


@pytest.mark.parametrize("mirror", ["hanging", "endless"])
def test_ctrl_c_is_one_line_and_leaves_what_was_there(server, place, mirror):
    folder = place("params.yaml", (ROOT / "params.yaml").read_bytes())
    place("data/raw/before", b"")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MNIST_MIRROR": f"{server.url}/{mirror}"}
    command = [sys.executable, "-m", "stages.download"]
    stage = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    begun = {"hanging": lambda: server.asked, "endless": lambda: [*folder.glob("data/partial/*/*")]}
    while stage.poll() is None and not begun[mirror]():
        time.sleep(0.02)
    stage.send_signal(signal.SIGINT)
    assert stage.communicate()[1].splitlines()[-1] == "interrupted"
    assert stage.returncode == 130
    assert [path.name for path in (folder / "data").iterdir() if path.name != "partial"] == ["raw"]
    assert [path.name for path in (folder / "data/raw").iterdir()] == ["before"]


def test_a_password_is_not_told(get, capsys, refused):
    with refused("tried http://127.0.0.1:9/ .cannot be reached"):
        get("http://user:secret@127.0.0.1:9/")
    assert "secret" not in capsys.readouterr().out


def test_when_every_mirror_fails_one_error_tells_all(get, refused, tmp_path):
    with refused("HTTP status 404.+something else.+Check the network, ask NOBODY$"):
        get("missing", "wrong")
    assert not (tmp_path / "out/file").exists()


THIRD = len(PACKED) // 3 + 1


@pytest.mark.parametrize(
    ("mirror", "leftover", "asked"),
    [
        ("whole", b"", [None]),
        ("whole", PACKED[:100], ["bytes=100-"]),  # which it ignores
        ("cut", b"", [None, f"bytes={THIRD}-", f"bytes={2 * THIRD}-"]),
        ("ranged", PACKED[:100], ["bytes=100-"]),
        ("ranged", PACKED, [f"bytes={len(PACKED)}-"]),
        ("ranged", b"damaged" * 10, ["bytes=70-", None]),
        ("ranged", PACKED + b"too long", [f"bytes={len(PACKED) + 8}-", None]),
    ],
)
def test_only_what_is_missing_is_asked_for(get, server, place, mirror, leftover, asked):
    if leftover:
        place("partial/file.gz", leftover)
    assert get(mirror) == CONTENT
    assert server.asked == [(mirror, each) for each in asked]
    assert list(Path("partial").iterdir()) == []


@pytest.mark.parametrize(("name", "content"), [("file.gz", PACKED), ("file", CONTENT)])
def test_a_folder_is_a_mirror(get, place, name, content):
    assert get(str(place(f"mirror/{name}", content))) == CONTENT


CACHED = ".dvc/cache/files/md5/ab/cd"


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        (CACHED, CONTENT, True),
        (CACHED, CONTENT[::-1], False),
        ("partial/file.gz", PACKED, True),
        ("partial/file.gz", PACKED[:-9], False),
        ("partial/other.gz", PACKED, False),
        ("partial/file.gz/a", PACKED, False),
        (f"{CACHED}/a", PACKED, False),
    ],
)
def test_what_a_run_before_left_is_taken_if_it_is_pinned(place, tmp_path, name, content, taken):
    place(name, content)
    assert take_kept(PINNED, tmp_path / "out", tmp_path / "partial") is taken
    assert [path.read_bytes() for path in (tmp_path / "out").glob("*")] == [CONTENT] * taken
    assert (tmp_path / name).read_bytes() == content
