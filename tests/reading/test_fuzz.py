"""Any bytes at all, given to the readers of files: rows in the form of MNIST, or one clear line.

Every reader is fed for FUZZ_SECONDS with valid files that were changed, and with plain noise.
"""

import gzip
import io
import os
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from PIL import Image

from stages.core.errors import UserError
from stages.reading.formats import FORMATS
from stages.reading.idx import read_idx
from stages.reading.pictures import FORMATS as KINDS
from stages.reading.raw import write_parts
from stages.serving.batches import batches, open_sources

SECONDS = float(os.environ.get("FUZZ_SECONDS", "3"))
IMAGES = np.random.default_rng(0).integers(0, 256, (6, 28, 28), np.uint8)
LABELS = np.array([0, 1, 0, 1, 0, 1], np.uint8)
PICTURE = Image.fromarray(IMAGES[0])


def idx(array):
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes()


def saved(save, *arguments, **options):
    file = io.BytesIO()
    save(file, *arguments, **options)
    return file.getvalue()


TABLE = np.column_stack([LABELS, IMAGES.reshape(6, 784)])
HEADER = {"header": ",".join(["label", *(f"pixel{n}" for n in range(784))]), "comments": ""}
VALID = {  # {reader: [(name, content)]} of files that are right
    "idx": [("train-images", idx(IMAGES)), ("train-labels", idx(LABELS))],
    "csv": [("train.csv", saved(np.savetxt, TABLE, "%d", ",", **own)) for own in (HEADER, {})],
    "npz": [("a.npz", saved(save, x=IMAGES, y=LABELS)) for save in (np.savez, np.savez_compressed)],
    "folder": [(f"a{endings[0]}", saved(PICTURE.save, kind)) for kind, endings in KINDS.items()],
}

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
        count = len(batch.names)
        assert (batch.images.shape, batch.images.dtype) == ((count, 28, 28), np.uint8)
        assert batch.blank.shape == (count,)


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


@pytest.mark.parametrize("kind", VALID)
def test_any_bytes_are_rows_or_one_line(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    valid, folder = VALID[kind], tmp_path / "source"
    for name in ("source/a", "source/b", "out"):
        (tmp_path / name).mkdir(parents=True)
    for name, content in valid if kind == "idx" else []:
        (folder / name).write_bytes(content)
    for number in range(4) if kind == "folder" else []:
        PICTURE.save(folder / "ab"[number % 2] / f"{number}.png")
    outcomes = {True: 0, False: 0}

    @given(
        start=st.one_of(st.sampled_from(valid), st.tuples(st.just("noise"), st.binary())),
        changes=edits,
        pack=st.sampled_from([bytes, bytes, bytes, gzip.compress]),
    )
    @settings(
        max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    def try_one(start, changes, pack):
        name, content = start
        name = valid[0][0] if name == "noise" else name
        path = folder / "a" / name if kind == "folder" else folder / name
        kept = path.read_bytes() if path.exists() else None
        path.write_bytes(pack(edited(content, changes)))
        outcomes[tell(lambda: read(path))] += 1
        outcomes[tell(lambda: bring(kind, folder, tmp_path / "out"))] += 1
        path.unlink() if kept is None else path.write_bytes(kept)

    end, number = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        seed(number)(try_one)()
        number += 1
    assert min(outcomes.values()) > 0, f"only one side was met: {outcomes}"
