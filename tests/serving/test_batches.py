import io
import os
import sys
from itertools import chain
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from stages.core.errors import UserError
from stages.reading.idx import describe, write_idx
from stages.serving.batches import batches, open_sources, pages


def read(*paths):
    """(names, images, blank) of all that the paths hold."""
    names, images, blank, *_ = zip(*batches(open_sources(list(map(str, paths)))), strict=True)
    return [*chain(*names)], np.concatenate(images), np.concatenate(blank)


def write_csv(path, images):
    np.savetxt(path, images.reshape(len(images), -1), "%d", ",")


def write_png(path, image):
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(image).save(path, "PNG")
    return path


@pytest.mark.parametrize(
    ("name", "write"),
    [("digits", write_idx), ("a.csv", write_csv), ("a.npz", np.savez), ("a.npy", np.save)],
)
def test_rows_keep_their_pixels_and_are_numbered(tmp_path, digits, name, write):
    path, images = tmp_path / name, digits.images[:5]
    write(path, images)
    names, found, blank = read(path)
    assert names == [f"{path}:{row}" for row in range(5)]
    np.testing.assert_array_equal(found, images)
    assert not blank.any()


def test_a_folder_gives_its_pictures_in_order(tmp_path, digits, capsys):
    for n, name in enumerate(["b.png", "a.PNG", "c/d.png", ".hidden.png", "c/.e.png"]):
        write_png(tmp_path / name, digits.images[n])
    (tmp_path / "notes.txt").write_text("no picture")
    names, images, _ = read(tmp_path)
    assert capsys.readouterr().err == (
        f"warning: {tmp_path}: left out 1 that are not read: 1 .txt (notes.txt)\n"
    )
    assert names == [str(tmp_path / name) for name in ("a.PNG", "b.png", "c/d.png")]
    np.testing.assert_array_equal(images, digits.images[[1, 0, 2]])


def test_sources_come_in_the_order_named_and_in_batches(tmp_path, digits):
    write_idx(tmp_path / "many", digits.images[:1500])
    one = write_png(tmp_path / "one.png", digits.images[1600])
    sources = open_sources([str(one), str(tmp_path / "many"), str(one)])
    assert [source.count for source in sources] == [1, 1500, 1]
    parts = list(batches(sources))
    assert [len(part.names) for part in parts] == [1001, 501]
    images = np.concatenate([part.images for part in parts])
    np.testing.assert_array_equal(images, digits.images[[1600, *range(1500), 1600]])


def test_standard_input_is_one_picture(tmp_path, monkeypatch, digits):
    with write_png(tmp_path / "seven.png", digits.images[7]).open("rb") as file:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=file))
        names, images, _ = read("-")
    assert names == ["-"]
    np.testing.assert_array_equal(images[0], digits.images[7])


def test_light_rows_are_turned_and_blank_ones_are_told(tmp_path, digits):
    images = digits.images[:6].copy()
    images[1] = 255 - images[1]
    images[2], images[3] = 0, 255
    images[4] = np.roll(images[4], 9, axis=1)  # dark, though ink reaches its border
    write_idx(tmp_path / "mixed", images)
    _, found, blank = read(tmp_path / "mixed")
    assert blank.tolist() == [False, False, True, True, False, False]
    expected = [*digits.images[:2], *images[4:]]
    np.testing.assert_array_equal(found[~blank], expected)


def test_pictures_are_read_as_those_of_the_data_set_were(tmp_path, monkeypatch):
    shoe = np.zeros((28, 28), np.uint8)
    shoe[8:20] = np.linspace(60, 240, 28).astype(np.uint8)  # from side to side
    sources = open_sources([str(write_png(tmp_path / "shoe.png", shoe))])
    monkeypatch.chdir(tmp_path)
    (cut,) = batches(sources)
    assert not np.array_equal(cut.images[0], shoe)
    (tmp_path / "data/raw").mkdir(parents=True)
    describe(tmp_path / "data/raw", "shoes", ["a", "b"], fit="whole")
    (whole,) = batches(sources)
    np.testing.assert_array_equal(whole.images[0], shoe)
    assert (cut.notes, whole.notes) == (["ink at the border"], [""])
    np.testing.assert_array_equal(next(batches(sources, fit="digit")).images, cut.images)


def test_a_row_with_a_stripe_is_noted(tmp_path, digits):
    images = digits.images[:3].copy()
    images[1, :, :3] = 255
    write_idx(tmp_path / "rows", images)
    (batch,) = batches(open_sources([str(tmp_path / "rows")]))
    assert batch.notes == ["", "ink at the border", ""]


def test_a_blank_picture_is_told(tmp_path, digits):
    blank = write_png(tmp_path / "blank.png", np.full((90, 60), 255, np.uint8))
    full = write_png(tmp_path / "full.png", digits.images[0])
    assert read(blank, full)[2].tolist() == [True, False]


def test_every_page_is_asked_about_and_what_is_doubtful_is_noted(tmp_path, digits):
    one, other = digits.images[:2]
    path = tmp_path / "pages.tif"
    pages = map(Image.fromarray, (one, np.hstack([one, other]), np.zeros_like(one)))
    next(pages).save(path, save_all=True, append_images=list(pages))
    (batch,) = batches(open_sources([str(path)]))
    assert batch.names == [f"{path}:{page}" for page in range(3)]
    assert batch.notes == ["", "2 separate digits?", "blank"]
    assert batch.blank.tolist() == [False, False, True]


def refused(path, message):
    with pytest.raises(UserError, match=message) as error:
        read(path)
    assert "\n" not in str(error.value)


def test_missing_and_empty_places_are_one_line(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("no picture")
    (tmp_path / "nothing").touch()
    refused(tmp_path / "none.png", "none.png: no such file or folder")
    refused(
        tmp_path / "empty",
        "empty: no picture in this folder; looked for .apng .*; found 1 that are not read",
    )
    refused(tmp_path / "nothing", "nothing: not a picture of a known kind")
    refused("/dev/null", "/dev/null: is not a regular file")
    refused("x" * 300, "cannot be read: File name too long")


def test_an_empty_name_is_not_this_folder():
    with pytest.raises(UserError, match="^'': no such file or folder"):
        open_sources([""])


def test_all_missing_names_are_told_but_no_more_than_ten(tmp_path, digits):
    there = write_png(tmp_path / "there.png", digits.images[0])
    with pytest.raises(UserError, match="^a.png, b.csv: no such file or folder$"):
        open_sources(["a.png", str(there), "b.csv"])
    with pytest.raises(UserError, match="^0, 1, .*, 9 and 2 more: no such file or folder$"):
        open_sources([str(n) for n in range(12)])


def test_of_several_sources_one_that_cannot_be_read_is_a_blank_row_that_says_why(tmp_path, digits):
    whole = write_png(tmp_path / "whole.png", digits.images[0])
    (tmp_path / "cut.png").write_bytes(whole.read_bytes()[:60])
    np.savetxt(tmp_path / "a.csv", [[0] * 784] * 2 + [[256] * 784], "%d", ",")
    names = [str(tmp_path / name) for name in ("cut.png", "a.csv", "whole.png")]
    (batch,) = batches(open_sources(names))
    cut, table, _ = names
    assert batch.unread == (cut, table)
    assert batch.names[0] == cut
    assert batch.names[-2:] == names[1:]
    assert batch.blank[0]
    assert batch.blank.tolist()[-2:] == [True, False]
    assert "truncated" in batch.notes[0]
    assert "got 256, expected" in batch.notes[-2]
    (batch, other) = pages(open_sources([cut, str(whole)]))
    assert (batch.unread, batch.page, other.unread) == ((cut,), None, ())
    refused(cut, f"{cut}: .*truncated")


@pytest.mark.parametrize("name", ["a.png", "a.csv", "a.npz", "a.npy", "a-idx3-ubyte", "."])
def test_what_may_not_be_read_is_one_line(tmp_path, monkeypatch, name):
    def denied(path, *arguments, **options):
        raise PermissionError(13, "Permission denied", str(path))

    if name != ".":
        (tmp_path / name).write_bytes(b"anything")
    # Tests may run as root, who may read everything: so the system calls' answer is made up.
    monkeypatch.setattr(io, "open", denied)
    monkeypatch.setattr(os, "scandir", denied)
    refused(tmp_path / name, f"{tmp_path / name}: cannot be read: Permission denied")
