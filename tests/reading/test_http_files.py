import time

import pytest

from stages.reading.http_files import MirrorError, Patience, download
from tests.reading.mirror import PACKED

IMPATIENT = Patience(silence=0.5, rate=50_000)


@pytest.fixture
def get(server, tmp_path):
    """Download from a mirror, or another URL, after what there is already; returns all there is."""

    def get(mirror, before=b""):
        packed = tmp_path / "file.gz"
        if before:
            packed.write_bytes(before)
        url = mirror if "/" in mirror else f"http://127.0.0.1:{server.server_port}/{mirror}/file.gz"
        download(url, packed, IMPATIENT)
        return packed.read_bytes()

    return get


def test_whole(get):
    assert get("whole") == PACKED


@pytest.mark.parametrize(
    ("mirror", "reason"),
    [
        ("missing", "HTTP status 404"),
        ("broken", "HTTP status 500"),
        ("hanging", "no answer in time"),
        ("slow", "too slow"),
        ("http://127.0.0.1:9/", "cannot be reached"),
        ("http:///", "not a usable address"),
    ],
)
def test_a_bad_mirror_is_given_up_in_time(get, mirror, reason):
    start = time.monotonic()
    with pytest.raises(MirrorError, match=reason):
        get(mirror)
    assert time.monotonic() - start < 5


def test_a_cut_download_resumes_where_it_stopped(get, server):
    assert get("cut") == PACKED
    third = len(PACKED) // 3 + 1
    assert server.asked == [
        ("cut", None),
        ("cut", f"bytes={third}-"),
        ("cut", f"bytes={2 * third}-"),
    ]


def test_what_is_there_is_resumed(get, server):
    assert get("ranged", PACKED[:100]) == PACKED
    assert server.asked == [("ranged", "bytes=100-")]


def test_a_whole_file_needs_no_bytes(get):
    assert get("ranged", PACKED) == PACKED


def test_a_mirror_that_ignores_ranges_starts_over(get):
    assert get("whole", PACKED[:100]) == PACKED


def test_a_mirror_that_resumes_elsewhere_is_given_up(get):
    with pytest.raises(MirrorError, match="it resumed at another place than asked"):
        get("elsewhere", PACKED[:100])
