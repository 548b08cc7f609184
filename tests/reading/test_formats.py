import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from stages.reading.formats import FORMATS, data_sets, open_rows
from stages.reading.idx import write_idx
from stages.reading.published import PUBLISHED

ROOT = Path(__file__).parents[2]
HEAVY = {"cv2", "pandas", "requests", "sklearn", "PIL", "scipy"}
NOWHERE = "http://127.0.0.1:9"


def test_every_data_set_is_written_or_read_in_parts():
    assert set(data_sets()) >= {*PUBLISHED, "digits", "csv", "folder", "idx", "npz", "openml"}
    for name in data_sets():
        known = FORMATS[name]
        assert (known.write is None) != (known.parts is None), name
        assert bool(known.about) == (known.parts is not None), name


def test_the_readme_beside_your_data_is_that_of_the_table():
    text = (ROOT / "data/own/README.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE)
    assert dict(rows) == {name: known.about for name, known in FORMATS.items() if known.parts}


def save_csv(file, rows):
    np.savetxt(file, rows, "%d", ",")


@pytest.mark.parametrize(
    ("name", "save"),
    [
        ("train-images-idx3-ubyte", None),
        ("train-images.idx3-ubyte", None),
        ("train-images-idx3-ubyte.gz", None),
        ("mine", None),
        ("mine.gz", None),
        ("mine.png", None),
        ("mine.csv", save_csv),
        ("mine.csv.gz", save_csv),
        ("MINE.CSV", save_csv),
        ("mine.npz", np.savez),
        ("mine", np.savez),
        ("mine.npy", np.save),
        ("mine", np.save),
    ],
)
def test_files_of_rows_are_known_by_name_or_first_bytes(tmp_path, digits, name, save):
    images, path = digits.images[:5], tmp_path / name
    if save:
        with path.open("wb") as file:
            save(file, images.reshape(5, 784))
    else:
        write_idx(path, images)
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    np.testing.assert_array_equal(np.concatenate(list(open_rows(path, "label").chunks)), images)


@pytest.mark.parametrize("name", ["a.png", "my-idx.jpg", "anything"])
def test_what_else_there_is_may_be_a_picture(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n")
    assert open_rows(tmp_path / name, "label") is None


# Prints the libraries that are there once a data set of that name was asked for, in vain.
PROBE = """
import sys
from pathlib import Path
from stages.core.errors import UserError
from stages.reading.formats import FORMATS

known = FORMATS[sys.argv[1]]
try:
    (known.parts or known.write)(Path.cwd(), sys.argv[1])
except UserError:
    print(*sys.modules)
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [("mnist", {"requests"}), ("csv", {"pandas"}), ("folder", {"cv2", "PIL"}), ("npz", set())],
)
def test_a_format_imports_its_own_libraries_and_no_other(tmp_path, name, expected):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MNIST_MIRROR": str(tmp_path)}
    environment |= {"http_proxy": NOWHERE, "https_proxy": NOWHERE}
    command = [sys.executable, "-c", PROBE, name]
    said = subprocess.check_output(command, cwd=tmp_path, env=environment, text=True)
    modules = set(said.split())
    assert "stages.reading.formats" in modules
    assert modules & HEAVY == expected
