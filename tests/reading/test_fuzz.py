"""Any bytes at all, given to the readers of files: rows in the form of MNIST, or one clear line.

Every reader is fed for FUZZ_SECONDS with valid files that were changed, and with plain noise.
"""

import gzip
import io
import os
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from PIL import Image

from stages.core.errors import UserError
from stages.reading.formats import FORMATS
from stages.reading.idx import read_idx, write_idx
from stages.reading.raw import write_parts
from stages.serving.batches import batches, open_sources

SECONDS = float(os.environ.get("FUZZ_SECONDS", "3"))
EXAMPLES = 100  # to a seed; then the clock is looked at
IMAGES = np.random.default_rng(0).integers(0, 256, (6, 28, 28), np.uint8)
LABELS = np.array([0, 1, 0, 1, 0, 1], np.uint8)


def idx(array):
    path = Path("valid")
    write_idx(path, array)
    return path.read_bytes()


def csv(header):
    lines = [",".join(["label", *(f"pixel{n}" for n in range(784))])] if header else []
    flat = IMAGES.reshape(6, 784).astype(str)
    lines += [",".join([str(label), *row]) for label, row in zip(LABELS, flat, strict=True)]
    return "\n".join(lines).encode()


def arrays(save):
    file = io.BytesIO()
    save(file, x=IMAGES, y=LABELS)
    return file.getvalue()


def picture(kind, **options):
    file = io.BytesIO()
    Image.fromarray(IMAGES[0]).save(file, kind, **options)
    return file.getvalue()


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    """{reader: [(name, content)]} of files that are right."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("valid"))
    found = {
        "idx": [("train-images", idx(IMAGES)), ("train-labels", idx(LABELS))],
        "csv": [("train.csv", csv(True)), ("train.csv", csv(False))],
        "npz": [("a.npz", arrays(np.savez)), ("a.npz", arrays(np.savez_compressed))],
        "folder": [
            (f"a.{kind.lower()}", picture(kind))
            for kind in ("PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF", "PPM")
        ],
    }
    os.chdir(before)
    return found


edits = st.lists(
    st.tuples(
        st.sampled_from(["set", "cut", "insert", "double", "end"]),
        # Heads are where readers decide.
        st.one_of(st.integers(0, 64), st.integers(0, 1 << 16)),
        st.binary(min_size=1, max_size=12),
    ),
    max_size=6,
)


def edited(content, changes):
    """The content after each change: (kind, place, bytes)."""
    for kind, place, new in changes:
        at = place % (len(content) + 1)
        rest = {
            "set": new + content[at + len(new) :],
            "cut": content[at + len(new) :],
            "insert": new + content[at:],
            "double": content[at : at + 20] + content[at:],
            "end": b"",
        }[kind]
        content = content[:at] + rest
    return content


def read(path):
    """What a prediction would be asked of."""
    for batch in batches(open_sources([str(path)])):
        assert batch.images.shape == (len(batch.names), 28, 28)
        assert batch.images.dtype == np.uint8
        assert batch.blank.shape == (len(batch.names),)


def bring(kind, folder, out):
    """What `download` would make of the folder."""
    source = folder / "a.npz" if kind == "npz" else folder
    write_parts(out, "fuzz", FORMATS[kind].parts(source, "label"))
    images = read_idx(out / "train-images-idx3-ubyte", 3)
    assert images.shape[1:] == (28, 28)
    assert len(images) == len(read_idx(out / "train-labels-idx1-ubyte", 1))


def tell(work):
    """Do the work; whether it was refused, which must be one line."""
    try:
        work()
    except UserError as error:
        assert "\n" not in str(error)
        return True
    return False


@pytest.mark.parametrize("kind", ["idx", "csv", "npz", "folder"])
def test_any_bytes_are_rows_or_one_line(kind, valid, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("source/a", "source/b", "out"):
        (tmp_path / name).mkdir(parents=True)
    folder = tmp_path / "source"
    for number in range(4):
        if kind == "folder":
            place = folder / "ab"[number % 2] / f"{number}.png"
            Image.fromarray(IMAGES[number]).save(place)
    if kind == "idx":
        for name, content in valid[kind]:
            (folder / name).write_bytes(content)
    outcomes = {True: 0, False: 0}

    @given(
        start=st.one_of(st.sampled_from(valid[kind]), st.tuples(st.just("noise"), st.binary())),
        changes=edits,
        pack=st.sampled_from([bytes, bytes, bytes, gzip.compress]),
    )
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def try_one(start, changes, pack):
        name, content = start
        name = valid[kind][0][0] if name == "noise" else name
        path = folder / "a" / name if kind == "folder" else folder / name
        kept = path.read_bytes() if path.exists() else None
        path.write_bytes(pack(edited(content, changes)))
        outcomes[tell(lambda: read(path))] += 1
        outcomes[tell(lambda: bring(kind, folder, tmp_path / "out"))] += 1
        path.unlink() if kept is None else path.write_bytes(kept)

    end, round_ = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        seed(round_)(try_one)()
        round_ += 1
    assert min(outcomes.values()) > 0, f"only one side was met: {outcomes}"
