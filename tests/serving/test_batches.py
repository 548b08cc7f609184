import gzip
import io
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from stages.core.errors import UserError
from stages.reading.idx import write_idx
from stages.serving.batches import batches, open_sources


def read(*paths):
    """(names, images, blank) of all that the paths hold."""
    parts = list(batches(open_sources([str(path) for path in paths])))
    names = [name for part in parts for name in part.names]
    return names, *(np.concatenate([part[n] for part in parts]) for n in (1, 2))


def write_csv(path, images):
    np.savetxt(path, images.reshape(len(images), -1), "%d", ",")


def write_png(path, image):
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(image).save(path)
    return path


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("digits-idx3-ubyte", write_idx),
        ("digits", write_idx),
        ("digits.csv", write_csv),
        ("DIGITS.CSV", write_csv),
        ("digits.npz", np.savez),
        ("digits.npy", np.save),
    ],
)
def test_rows_keep_their_pixels_and_are_numbered(tmp_path, digits, name, write):
    path, images = tmp_path / name, digits.images[:5]
    write(path, images)
    names, found, blank = read(path)
    assert names == [f"{path}:{row}" for row in range(5)]
    np.testing.assert_array_equal(found, images)
    assert not blank.any()


def test_gzipped_files_are_known_by_what_is_inside(tmp_path, digits):
    write_idx(tmp_path / "plain", digits.images[:5])
    write_csv(tmp_path / "plain.csv", digits.images[:5])
    for name, source in (("packed.gz", "plain"), ("packed.csv.gz", "plain.csv")):
        (tmp_path / name).write_bytes(gzip.compress((tmp_path / source).read_bytes()))
        np.testing.assert_array_equal(read(tmp_path / name)[1], digits.images[:5])


def test_a_folder_gives_its_pictures_in_order(tmp_path, digits):
    for n, name in enumerate(["b.png", "a.PNG", "c/d.png", ".hidden.png", "c/.e.png"]):
        write_png(tmp_path / name, digits.images[n])
    (tmp_path / "notes.txt").write_text("no picture")
    names, images, _ = read(tmp_path)
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
    expected = [digits.images[1600:1601], digits.images[:1500], digits.images[1600:1601]]
    np.testing.assert_array_equal(images, np.concatenate(expected))


def test_standard_input_is_one_picture(monkeypatch, digits):
    file = io.BytesIO()
    Image.fromarray(digits.images[7]).save(file, "PNG")
    file.seek(0)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=file))
    names, images, _ = read("-")
    assert names == ["-"]
    np.testing.assert_array_equal(images[0], digits.images[7])


def test_light_rows_are_turned_and_blank_ones_are_told(tmp_path, digits):
    images = digits.images[:6].copy()
    images[1] = 255 - images[1]
    images[2], images[3] = 0, 255
    write_idx(tmp_path / "mixed", images)
    _, found, blank = read(tmp_path / "mixed")
    assert blank.tolist() == [False, False, True, True, False, False]
    np.testing.assert_array_equal(found[~blank], digits.images[[0, 1, 4, 5]])


def test_dark_rows_are_left_alone_though_ink_reaches_the_border(tmp_path, digits):
    moved = np.roll(digits.images[:6], 9, axis=2)
    write_idx(tmp_path / "moved", moved)
    np.testing.assert_array_equal(read(tmp_path / "moved")[1], moved)


def test_a_blank_picture_is_told(tmp_path, digits):
    blank = write_png(tmp_path / "blank.png", np.full((90, 60), 255, np.uint8))
    full = write_png(tmp_path / "full.png", digits.images[0])
    assert read(blank, full)[2].tolist() == [True, False]


def test_missing_and_empty_places_are_one_line(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("no picture")
    (tmp_path / "nothing").touch()
    for path, message in (
        (tmp_path / "none.png", "none.png: no such file or folder"),
        (tmp_path / "empty", "empty: no picture in this folder; looked for .bmp"),
        (tmp_path / "nothing", "nothing: not a picture of a known kind"),
        ("/dev/null", "/dev/null: is not a regular file"),
        ("x" * 300, "cannot be read: File name too long"),
    ):
        with pytest.raises(UserError, match=message) as error:
            read(path)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["a.png", "a.csv", "a.npz", "a.npy", "a-idx3-ubyte"])
def test_a_file_that_may_not_be_read_is_one_line(tmp_path, monkeypatch, name):
    (tmp_path / name).write_bytes(b"anything")
    deny(monkeypatch, "open", io)
    with pytest.raises(UserError, match=f"{name}: cannot be read: Permission denied"):
        read(tmp_path / name)


def test_a_folder_that_may_not_be_read_is_one_line(tmp_path, monkeypatch):
    import os

    deny(monkeypatch, "scandir", os)
    with pytest.raises(UserError, match="cannot be read: Permission denied"):
        read(tmp_path)


def deny(monkeypatch, name, module):
    """Tests may run as root, who may read everything: so the system call's answer is made up."""

    def denied(path, *arguments, **options):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(module, name, denied)
