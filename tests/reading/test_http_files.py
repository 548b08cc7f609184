import time

import pytest

from stages.reading.http_files import MirrorError, Patience, download
from tests.reading.mirror import PACKED


@pytest.fixture
def get(server, tmp_path):
    """Download from a mirror, or another URL, after what there is already; returns all there is."""

    def get(mirror, before=b""):
        packed = tmp_path / "file.gz"
        if before:
            packed.write_bytes(before)
        url = mirror if "/" in mirror else f"{server.url}/{mirror}/file.gz"
        download(url, packed, Patience(silence=0.5, rate=50_000))
        return packed.read_bytes()

    return get


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


THIRD = len(PACKED) // 3 + 1


@pytest.mark.parametrize(
    ("mirror", "before", "asked"),
    [
        ("whole", b"", [None]),
        ("whole", PACKED[:100], ["bytes=100-"]),  # which it ignores
        ("cut", b"", [None, f"bytes={THIRD}-", f"bytes={2 * THIRD}-"]),
        ("ranged", PACKED[:100], ["bytes=100-"]),
        ("ranged", PACKED, [f"bytes={len(PACKED)}-"]),
    ],
)
def test_only_what_is_missing_is_asked_for(get, server, mirror, before, asked):
    assert get(mirror, before) == PACKED
    assert server.asked == [(mirror, each) for each in asked]


def test_a_mirror_that_resumes_elsewhere_is_given_up(get):
    with pytest.raises(MirrorError, match="it resumed at another place than asked"):
        get("elsewhere", PACKED[:100])
