"""The stage as a whole: what it is asked for, and what is left when that cannot be had."""

import gzip
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from stages import download
from stages.core.errors import UserError, run
from stages.core.params import check
from stages.download import Download
from stages.reading.idx import write_idx

ROOT = Path(__file__).parent.parent
PARAMS = yaml.safe_load((ROOT / "params.yaml").read_text())["download"]
HEADER = ",".join(["label", *(f"pixel{n}" for n in range(784))])


@pytest.fixture
def ask(tmp_path, monkeypatch, capsys):
    """Runs the stage in a project that has data from before; returns what it says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MNIST_MIRROR", raising=False)
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "data/raw/before").write_text("from before")

    def ask(**params):
        (tmp_path / "params.yaml").write_text(yaml.safe_dump({"download": PARAMS | params}))
        try:
            run(download.main)
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


def table(images, labels, header=HEADER, separator=","):
    lines = [header] if header else []
    flat = images.reshape(len(images), -1).astype(str).tolist()
    lines += [separator.join([str(a), *b]) for a, b in zip(labels, flat, strict=True)]
    return "\n".join(lines) + "\n"


def test_an_unknown_data_set_lists_the_known_ones():
    with pytest.raises(UserError, match="got 'mnits'; it should be 'mnist', 'fashion_mnist', "):
        check(Download, PARAMS | {"dataset": "mnits"}, "download")


def test_an_unknown_mirror_is_one_line():
    with pytest.raises(UserError, match=r"download\.mirrors\.cifar"):
        check(Download, PARAMS | {"mirrors": {"cifar": ["x"]}}, "download")


def test_the_name_of_your_own_data_is_that_of_their_folder_or_file(ask, tmp_path, rows):
    for source in ("mine/train.csv", "more.of.it.csv"):
        (tmp_path / source).parent.mkdir(exist_ok=True)
        (tmp_path / source).write_text(table(rows.images, rows.labels))
    for source, name in (("mine", "mine"), ("more.of.it.csv", "more")):
        assert ask(dataset="csv", source=source) is None
        assert f'"name": "{name}"' in (tmp_path / "data/raw/dataset.json").read_text()
    assert not (tmp_path / "data/raw/before").exists()


def adding(text):
    """Spoils a file by what is written to its end."""
    return lambda file, _: file.write_text(file.read_text() + text)


# (what is wrong, how it is made, what is said) for each kind of source.
SPOILT = {
    "csv": [
        ("missing", lambda f, r: f.unlink(), "no such file or folder"),
        ("empty", lambda f, r: f.write_bytes(b""), "is empty"),
        (
            "cut gzip",
            lambda f, r: f.write_bytes(gzip.compress(f.read_bytes())[:-40]),
            "is damaged",
        ),
        (
            "a missing column",
            lambda f, r: f.write_text(f.read_text().replace(",pixel7,", ",", 1)),
            "missing columns: 'pixel7'",
        ),
        (
            "a ragged row",
            adding("1,2,3\n"),
            ":40: pixel2: got nothing",
        ),
        (
            "a row too long",
            adding("0," * 800 + "\n"),
            "line 42: 801 values, expected 785",
        ),
        (
            "text",
            adding("1,ink" + ",0" * 783),
            ":40: pixel0: got 'ink'",
        ),
        (
            "a negative pixel",
            adding("1,-1" + ",0" * 783),
            ":40: pixel0: got -1",
        ),
        (
            "a pixel too bright",
            adding("1,256" + ",0" * 783),
            ":40: pixel0: got 256",
        ),
        (
            "NaN",
            adding("1,NaN" + ",0" * 783),
            ":40: pixel0: got 'NaN'",
        ),
        (
            "no label",
            adding(",0" * 784),
            ":40: got no label",
        ),
        (
            "one class",
            lambda f, r: f.write_text(table(r.images, [3] * 40)),
            "1 classes ('3'), expected 2 to 1000",
        ),
        (
            "a lonely row",
            adding("x" + ",0" * 784),
            "class 'x' has 1 row(s), expected 3",
        ),
        (
            "a header twice",
            lambda f, r: f.write_text(f.read_text().replace("pixel7,", "pixel8,", 1)),
            "columns named twice: 'pixel8'",
        ),
        (
            "semicolons",
            lambda f, r: f.write_text(f.read_text().replace(",", ";")),
            "not separated by commas",
        ),
        ("binary", lambda f, r: f.write_bytes(b"\x89PNG\xff" * 99), "no CSV in UTF-8"),
    ],
    "idx": [
        ("an empty folder", lambda f, r: shutil.rmtree(f) or f.mkdir(), "part train: none"),
        (
            "magic",
            lambda f, r: (f / "train-images").write_bytes(b"\0\0\x0d\x03" + bytes(90)),
            "starts with 00000d03, expected 00000803",
        ),
        (
            "trailing bytes",
            lambda f, r: (f / "train-images").open("ab").write(b"\0"),
            "more bytes of pixels, but its header announces 40 images",
        ),
        (
            "lengths",
            lambda f, r: write_idx(f / "train-labels", np.zeros(39, np.uint8)),
            "40 images, but 39 labels",
        ),
        (
            "a truncated gzip",
            lambda f, r: (f / "train-images").write_bytes(
                gzip.compress((f / "train-images").read_bytes())[:-9]
            ),
            "is damaged",
        ),
    ],
    "folder": [
        ("no class", lambda f, r: shutil.rmtree(f) or f.mkdir(), "no folder in it"),
        (
            "an empty class",
            lambda f, r: shutil.rmtree(f / "1") or (f / "1").mkdir(),
            "no picture in this folder",
        ),
        (
            "no picture",
            lambda f, r: (f / "1/a.png").write_bytes(b"text"),
            "a.png: not a picture of a known kind",
        ),
        (
            "a cut picture",
            lambda f, r: (f / "1/a.png").write_bytes((f / "1/1.png").read_bytes()[:-60]),
            "a.png: ",
        ),
        (
            "a dot",
            lambda f, r: Image.new("L", (1, 1)).save(f / "1/a.png"),
            "a.png: 1x1 pixels, too few",
        ),
        (
            "a bomb",
            lambda f, r: Image.new("1", (20_000, 20_000)).save(f / "1/a.png"),
            "a.png: more than 50,000,000 pixels",
        ),
        (
            "a file for a folder",
            lambda f, r: shutil.rmtree(f) or f.write_text(""),
            "not a folder",
        ),
    ],
}


def lay(kind, source, rows):
    """Good data of that kind at `source`."""
    if kind == "csv":
        source.write_text(table(rows.images, rows.labels))
    elif kind == "idx":
        source.mkdir()
        write_idx(source / "train-images", rows.images)
        write_idx(source / "train-labels", rows.labels.astype(np.uint8))
    else:
        for n in range(40):
            path = source / str(rows.labels[n]) / f"{n}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rows.images[n]).save(path)


@pytest.mark.parametrize(
    ("kind", "spoil", "message"),
    [
        pytest.param(kind, spoil, message, id=f"{kind}: {what}")
        for kind, mistakes in SPOILT.items()
        for what, spoil, message in mistakes
    ],
)
def test_bad_data_are_one_line_and_leave_what_was_there(ask, tmp_path, rows, kind, spoil, message):
    source = tmp_path / "source"
    lay(kind, source, rows)
    spoil(source, rows)
    before = left(tmp_path)
    said = ask(dataset=kind, source=str(source))
    assert said.startswith("error: ")
    assert message in said
    assert "\n" not in said
    assert left(tmp_path) == before


@pytest.mark.parametrize("kind", ["csv", "idx", "folder"])
def test_the_same_data_unspoilt_are_taken(ask, tmp_path, rows, kind):
    lay(kind, tmp_path / "source", rows)
    assert ask(dataset=kind, source=str(tmp_path / "source")) is None
    assert (tmp_path / "data/raw/train-images-idx3-ubyte").stat().st_size == 16 + 40 * 784


@pytest.mark.parametrize("mode", ["CMYK", "I;16", "P", "1", "RGBA", "LA"])
def test_every_kind_of_picture_is_taken(ask, tmp_path, rows, mode):
    lay("folder", tmp_path / "source", rows)
    picture = Image.fromarray(255 - rows.images[3]).resize((90, 90))
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(picture).astype(np.uint16) * 257)
    else:
        picture = picture.convert(mode)
    picture.save(tmp_path / "source/3/more.tif")
    assert ask(dataset="folder", source=str(tmp_path / "source")) is None
    assert (tmp_path / "data/raw/train-images-idx3-ubyte").stat().st_size == 16 + 41 * 784


def test_bom_and_carriage_returns_are_taken(ask, tmp_path, rows):
    text = "\ufeff" + table(rows.images, rows.labels).replace("\n", "\r\n")
    (tmp_path / "a.csv").write_text(text, encoding="utf-8", newline="")
    assert ask(dataset="csv", source="a.csv") is None
    assert (tmp_path / "data/raw/train-images-idx3-ubyte").stat().st_size == 16 + 40 * 784


def test_a_full_disk_is_one_line_and_leaves_what_was_there(ask, tmp_path, rows):
    """The system refuses any file of more than 20 kB, as a full disk refuses what is left."""
    (tmp_path / "a.csv").write_text(table(rows.images, rows.labels))
    params = {"download": PARAMS | {"dataset": "csv", "source": "a.csv"}}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params))
    before = left(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "stages.download"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if "error" in line] == [
        "error: File too large"
    ]
    assert "Traceback" not in done.stderr
    assert left(tmp_path) == before


def test_a_file_that_may_not_be_read_is_one_line(ask, tmp_path, rows, monkeypatch):
    """Tests may run as root, who may read everything: so the system call's answer is made up."""
    (tmp_path / "a.csv").write_text(table(rows.images, rows.labels))
    real = Path.open

    def denied(path, *arguments, **options):
        if path.name == "a.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", denied)
    assert ask(dataset="csv", source="a.csv") == "error: a.csv: cannot be read: Permission denied"
