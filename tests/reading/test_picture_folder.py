import os
from itertools import product

import numpy as np
import pytest
from PIL import Image

from stages.core.errors import UserError
from stages.reading.idx import fit_of, read_idx
from stages.reading.picture_folder import parts, pictures_in
from stages.reading.raw import write_parts
from stages.reading.row_files import Options
from tests.reading.test_whole import garment


@pytest.fixture
def draw(tmp_path, digits):
    """Saves a digit as a picture: dark on light, enlarged, off centre; returns the root folder."""

    def draw(place, number, mode="L"):
        path = tmp_path / "mine" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.fromarray(255 - digits.images[number]).resize((112, 112))
        sheet = Image.new("L", (190, 150), 255)
        sheet.paste(image, (60, 20))
        sheet.convert(mode).save(path)
        return tmp_path / "mine"

    return draw


def test_pictures_under_their_classes(draw, digits, brought):
    for n in range(30):
        kind = ("png", "jpg", "bmp")[n % 3]
        root = draw(f"train/{digits.labels[n]} of ten/{n:02}.{kind}", n, "RGB" if n % 2 else "L")
    draw("test/3 of ten/a.png", 33)
    arrays, dataset = brought(parts(root))
    assert dataset["classes"] == [f"{n} of ten" for n in range(10)]
    assert arrays["train-labels-idx1-ubyte"].tolist() == sorted(digits.labels[:30].tolist())
    assert arrays["t10k-labels-idx1-ubyte"].tolist() == [3]
    # Within their class in the order of their names; each looks like the digit that was drawn.
    order = np.argsort(digits.labels[:30], kind="stable")
    steps = list(product(range(-2, 3), repeat=2))
    for found, drawn in zip(arrays["train-images-idx3-ubyte"], digits.images[order], strict=True):
        shifts = [np.roll(found, step, (0, 1)) for step in steps]
        alike = [np.corrcoef(each.ravel(), drawn.ravel())[0, 1] for each in shifts]
        assert max(alike) > 0.75


def test_classes_alone_are_all_for_training(draw, brought):
    for n in range(6):
        root = draw(f"{'ab'[n % 2]}/{n}.png", n)
    arrays, dataset = brought(parts(root))
    assert dataset["classes"] == ["a", "b"]
    assert set(arrays) == {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"}


def test_what_is_no_folder_of_classes_is_one_line(tmp_path, draw, refused):
    with refused("none: not a folder; expected one with a folder for each"):
        parts(tmp_path / "none")
    root = draw("a.png", 0)
    with refused("mine: no folder in it; expected one for each class"):
        parts(root)
    (root / "b").mkdir()
    with refused("b: no picture in this folder; looked for"):
        parts(root)


def test_all_bad_pictures_are_told_or_left_out(draw, brought, refused, tmp_path, capsys):
    for n in range(8):
        root = draw(f"{'ab'[n % 2]}/{n}.png", n)
    whole = (root / "a/0.png").read_bytes()
    (root / "a/x.png").write_bytes(b"no picture")
    (root / "a/2.png").write_bytes(whole[: len(whole) // 2])
    Image.new("L", (40, 40), 200).save(root / "b/9.png")
    told = r"mine: 3 bad row\(s\): .*a/2.png: .*a/x.png: not a picture.*b/9.png: blank, nothing"
    with pytest.raises(UserError, match=told):
        brought(parts(root))
    write_parts(tmp_path / "raw", "mine", parts(root), Options(skip_bad=True))
    assert len(read_idx(tmp_path / "raw/train-labels-idx1-ubyte", 1)) == 7
    assert "left out 3 bad row(s)" in capsys.readouterr().err


def test_every_page_is_a_row_of_its_class(draw, brought, digits):
    for n in range(6):
        root = draw(f"{'ab'[n % 2]}/{n}.png", n)
    first, *others = map(Image.fromarray, digits.images[:3])
    first.save(root / "b/pages.tif", save_all=True, append_images=others)
    arrays, _ = brought(parts(root))
    assert np.bincount(arrays["train-labels-idx1-ubyte"]).tolist() == [3, 6]
    np.testing.assert_array_equal(arrays["train-images-idx3-ubyte"][6:], digits.images[:3])


def test_what_is_left_out_is_counted_and_named(draw, refused, capsys):
    for n in range(6):
        root = draw(f"train/{'ab'[n % 2]}/{n}.png", n)
    for name in (
        "a/IMG_1.HEIC",
        "a/IMG_2.HEIC",
        "b/.hidden",
        "notes.txt",
        "README.md",
        "x.png",
        "b/.d/z.heic",
    ):
        (root / "train" / name).parent.mkdir(exist_ok=True)
        (root / "train" / name).touch()
    (root / "more").mkdir()
    assert [part.count for part in parts(root)] == [6]
    outer, inner = capsys.readouterr().err.splitlines()
    assert outer == f"warning: {root}: left out 1 that are not read: 1 folder (more)"
    assert inner == (
        f"warning: {root}/train: left out 4 that are not read: 2 .heic, 1 .png, 1 .txt "
        "(notes.txt, x.png, IMG_1.HEIC, …); make JPEG files of Apple's: "
        "heif-convert IN.heic OUT.jpg"
    )
    (root / "train/c").mkdir()
    (root / "train/c/1.heic").touch()
    with refused("c: no picture in this folder; looked for .*; found 1 that are not read"):
        parts(root)


def test_names_that_are_no_text(draw, tmp_path, brought):
    for n in range(6):
        root = draw(f"{'ab'[n % 2]}/{n}.png", n)
    odd = os.fsdecode(b"\xff.png")
    os.rename(root / "a/0.png", root / "a" / odd)  # noqa: PTH104
    assert len(brought(parts(root))[0]["train-labels-idx1-ubyte"]) == 6
    (root / "b").rename(root / os.fsdecode(b"\xfe"))
    assert [label for _, labels in parts(root)[0].chunks for label in labels][-1] == "\udcfe"


def test_whole_pictures_keep_their_pixels_in_both_parts_and_that_is_recorded(
    tmp_path, brought, refused
):
    for n in range(12):
        path = tmp_path / "mine" / ("test" if n > 9 else "train") / "ab"[n % 2] / f"{n:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(garment(n)).save(path)
    arrays, dataset = brought(parts(tmp_path / "mine"))
    assert dataset["fit"] == fit_of(tmp_path / "raw") == "whole"
    order = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
    found = arrays["train-images-idx3-ubyte"]
    np.testing.assert_array_equal(found, [garment(n) for n in order])
    np.testing.assert_array_equal(arrays["t10k-images-idx3-ubyte"], [garment(10), garment(11)])
    arrays, dataset = brought(parts(tmp_path / "mine", fit="digit"))
    assert "fit" not in dataset
    assert fit_of(tmp_path / "raw") == fit_of(tmp_path) == "digit"
    assert not np.array_equal(arrays["train-images-idx3-ubyte"], found)
    (tmp_path / "raw/dataset.json").write_text("[")
    with refused("dataset.json: cannot be read as a data set's description"):
        fit_of(tmp_path / "raw")


def test_a_pipe_among_the_pictures_is_left_out_and_waited_for_by_nobody(tmp_path):
    (tmp_path / "a.png").touch()
    os.mkfifo(tmp_path / "b.png")
    assert pictures_in(tmp_path) == ([tmp_path / "a.png"], [tmp_path / "b.png"])
