"""The stage as a whole: what it is asked for, and what is left when that cannot be had."""

import json
import resource
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from stages import download
from stages.core.errors import guarded
from stages.reading.idx import read_idx, write_idx
from stages.reading.published import MIRRORS

ROOT = Path(__file__).parent.parent
EVERYTHING = yaml.safe_load((ROOT / "params.yaml").read_text())
PARAMS = EVERYTHING["download"]
IMAGES = "data/raw/train-images-idx3-ubyte"
HEADER = ",".join(["label", *(f"pixel{n}" for n in range(784))])


@pytest.fixture
def ask(tmp_path, monkeypatch, capsys):
    """Runs the stage in a project that has data from before; returns what it says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MNIST_MIRROR", raising=False)
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "data/raw/before").write_text("from before")

    def ask(**params):
        content = EVERYTHING | {"download": PARAMS | params}
        (tmp_path / "params.yaml").write_text(yaml.safe_dump(content))
        try:
            guarded(download.main)
        except SystemExit as stop:
            return stop.code
        return None

    return ask


def left(folder):
    """Every file under data/ with its content."""
    return {path: path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file()}


@pytest.fixture
def rows(digits):
    return digits.take(np.arange(40))


def write_table(path, images, labels):
    table = np.column_stack([labels, images.reshape(len(images), 784)])
    np.savetxt(path, table, "%d", ",", header=HEADER, comments="")


@pytest.mark.parametrize("dataset", ["mnits", ["digits", "mnits"]])
def test_an_unknown_data_set_lists_the_known_ones(ask, dataset):
    told = "unknown data set 'mnits'; did you mean mnist? it may be one of: csv, digits, "
    assert told in ask(dataset=dataset)


@pytest.mark.parametrize("dataset", [["digits", "digits"], ["csv", "folder"]])
def test_what_cannot_be_joined_is_one_line(ask, dataset):
    said = ask(dataset=dataset)
    assert f"download.dataset: got {', '.join(dataset)}; each may be named once" in said


def test_a_list_is_read_into_a_folder_for_each(ask, tmp_path, rows):
    write_table(tmp_path / "mine.csv", rows.images, rows.labels)
    assert ask(dataset=["digits", "csv"], source="mine.csv") is None
    names = [json.loads((tmp_path / f"data/raw/{n}/dataset.json").read_text()) for n in (0, 1)]
    assert [each["name"] for each in names] == ["digits", "mine"]
    assert read_idx(tmp_path / "data/raw/1/train-images-idx3-ubyte", 3).shape == (40, 28, 28)
    assert {path.name for path in (tmp_path / "data/raw").iterdir()} == {"0", "1"}


def test_the_name_of_your_own_data_is_that_of_their_folder_or_file(ask, tmp_path, rows):
    (tmp_path / "mine").mkdir()
    (tmp_path / "digits.v2").mkdir()
    names = [("mine", "mine"), ("digits.v2", "digits.v2"), ("more.of.it.CSV", "more.of.it")]
    names += [("train.csv.gz", "train"), ("mine/train.csv", "train"), (".csv", ".csv")]
    for source in ("mine/train.csv", "digits.v2/train.csv", *(source for source, _ in names[2:])):
        write_table(tmp_path / source, *rows[:2])
    for source, name in names:
        assert ask(dataset="csv", source=source) is None
        assert f'"name": "{name}"' in (tmp_path / "data/raw/dataset.json").read_text()


def lay(kind, source, rows):
    """Good data of that kind at `source`."""
    if kind == "csv":
        write_table(source, *rows[:2])
    elif kind == "npz":
        with source.open("wb") as file:
            np.savez(file, x=rows.images, y=rows.labels)
    elif kind == "idx":
        source.mkdir()
        write_idx(source / "train-images", rows.images)
        write_idx(source / "train-labels", rows.labels.astype(np.uint8))
    else:
        for n in range(40):
            path = source / str(rows.labels[n]) / f"{n}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rows.images[n]).save(path)


@pytest.mark.parametrize("kind", ["csv", "folder", "idx", "npz"])
def test_your_own_data_take_the_place_of_what_was_there(ask, tmp_path, rows, kind):
    lay(kind, tmp_path / "source", rows)
    assert ask(dataset=kind, source=str(tmp_path / "source")) is None
    assert (tmp_path / "data/raw/train-images-idx3-ubyte").stat().st_size == 16 + 40 * 784
    assert not (tmp_path / "data/raw/before").exists()


# What else is refused, the tests of each format tell.
@pytest.mark.parametrize(
    ("kind", "spoil", "message"),
    [
        # The last row, when all others have been written.
        ("csv", lambda f: f.write_text(f.read_text() + "1,ink" + ",0" * 783), ":40: pixel0: got"),
        ("folder", lambda f: (f / "9/z.png").write_bytes(b"text"), "z.png: not a picture"),
        ("idx", lambda f: write_idx(f / "train-labels", np.zeros(39, np.uint8)), "39 labels"),
        ("npz", lambda f: f.write_bytes(f.read_bytes()[:-9]), "is damaged"),
        ("csv", lambda f: write_table(f, np.zeros((4, 784)), [3] * 4), "1 classes"),
        ("folder", lambda f: shutil.rmtree(f), "not a folder"),
    ],
)
def test_bad_data_are_one_line_and_leave_what_was_there(ask, tmp_path, rows, kind, spoil, message):
    source = tmp_path / "source"
    lay(kind, source, rows)
    spoil(source)
    before = left(tmp_path)
    said = ask(dataset=kind, source=str(source))
    assert said.startswith("error: ")
    assert message in said
    assert "\n" not in said
    assert left(tmp_path) == before


def test_rows_are_turned_where_that_is_asked(ask, tmp_path, rows):
    """Raw EMNIST stores its rows transposed."""
    lay("idx", tmp_path / "emnist", rows._replace(images=rows.images.swapaxes(1, 2)))
    assert ask(dataset="idx", source="emnist", transpose=True) is None
    np.testing.assert_array_equal(read_idx(tmp_path / IMAGES, 3), rows.images)


@pytest.mark.parametrize("dataset", ["mnist", "digits"])
def test_published_data_stand_upright(ask, dataset):
    said = ask(dataset=dataset, transpose=True)
    assert said.startswith("error: params.yaml: download.transpose: got true, but ")
    said = ask(dataset=dataset, fit="whole")
    assert said.startswith("error: params.yaml: download.fit: got whole, but ")
    assert "it should be 'digit' or 'whole'" in ask(dataset=dataset, fit="hole")


def test_bad_rows_are_told_or_left_out(ask, tmp_path, rows, capsys):
    lay("csv", tmp_path / "a.csv", rows)
    lines = (tmp_path / "a.csv").read_text().splitlines()
    lines[4:4] = ["1,ink" + ",0" * 783, "2", lines[3] + ",5"]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    told = (
        "3 bad row(s): a.csv:3: pixel0: got 'ink', expected a whole number from 0 to 255; a.csv:4: "
        "pixel0: got nothing, expected a whole number from 0 to 255; a.csv:5: more than 785 values "
        "in this row, expected 785"
    )
    said = ask(dataset="csv", source="a.csv")
    assert said.startswith(f"error: a.csv: {told}. Mend them, or have those with labels left out: ")
    assert ask(dataset="csv", source="a.csv", skip_bad=True) is None
    assert f"a.csv: left out {told}\n" in capsys.readouterr().err
    np.testing.assert_array_equal(read_idx(tmp_path / IMAGES, 3), rows.images)


def test_mnist_without_a_mirror_is_one_line_and_leaves_what_was_there(ask, tmp_path, monkeypatch):
    monkeypatch.setitem(MIRRORS, "mnist", ["http://127.0.0.1:9/"])
    monkeypatch.setenv("MNIST_MIRROR", str(tmp_path))
    before = left(tmp_path)
    said = ask(dataset="mnist")
    assert said.startswith("error: no mirror served train-images-idx3-ubyte: tried ")
    assert "point MNIST_MIRROR at a folder" in said
    assert "\n" not in said
    assert left(tmp_path) == before


def test_a_full_disk_is_one_line_and_leaves_what_was_there(ask, tmp_path, rows):
    """The system refuses any file of more than 20 kB, as a full disk refuses what is left."""
    write_table(tmp_path / "a.csv", *rows[:2])
    before, limits = left(tmp_path), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        said = ask(dataset="csv", source="a.csv")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert said == "error: File too large"
    assert left(tmp_path) == before


def test_a_file_that_may_not_be_read_is_one_line(ask, tmp_path, rows, monkeypatch):
    """Tests may run as root, who may read everything: so the system call's answer is made up."""
    write_table(tmp_path / "a.csv", *rows[:2])
    real = Path.open

    def denied(path, *arguments, **options):
        if path.name == "a.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", denied)
    assert ask(dataset="csv", source="a.csv") == "error: a.csv: cannot be read: Permission denied"


def test_links_in_a_circle_are_one_line(ask, tmp_path):
    (tmp_path / "mine").symlink_to("yours")
    (tmp_path / "yours").symlink_to("mine")
    assert "mine: links that lead back to themselves" in ask(dataset="csv", source="mine")
