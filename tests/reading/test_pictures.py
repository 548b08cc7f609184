import io

import numpy as np
import pytest
from PIL import Image

from stages.reading.pictures import FORMATS, read_pictures

LEVELS = np.array([0, 60, 120, 180, 255] * 3, np.uint8).repeat(4)[:, None].repeat(20, axis=1)


@pytest.fixture
def read(tmp_path):
    """The greys of an array or a picture that is saved under that name."""

    def read(name, picture, **options):
        if isinstance(picture, np.ndarray):
            picture = Image.fromarray(picture)
        picture.save(tmp_path / name, **options)
        ((called, greys),) = read_pictures(tmp_path / name, name)
        assert called == name
        return greys

    return read


@pytest.mark.parametrize(
    ("mode", "suffix", "tolerance"),
    [
        ("L", "png", 0),
        ("L", "bmp", 0),
        ("L", "tif", 0),
        ("L", "gif", 0),
        ("L", "jpg", 12),
        ("L", "pgm", 0),
        ("L", "avif", 12),
        ("L", "jfif", 12),
        ("L", "jp2", 0),
        ("RGB", "png", 0),
        ("RGB", "webp", 12),
        ("RGBA", "png", 0),
        ("LA", "png", 0),
        ("P", "png", 2),
        ("CMYK", "tif", 1),
        ("CMYK", "jpg", 12),
        ("YCbCr", "tif", 2),
    ],
)
def test_every_mode_gives_the_same_greys(read, mode, suffix, tolerance):
    greys = read(f"picture.{suffix}", Image.fromarray(LEVELS).convert(mode))
    assert greys.dtype == np.uint8
    assert greys.shape == LEVELS.shape
    assert np.abs(greys.astype(int) - LEVELS).max() <= tolerance


@pytest.mark.parametrize(
    ("values", "suffix"),
    [
        (LEVELS.astype(np.uint16) * 257, "png"),
        (LEVELS.astype(np.uint16) * 257, "tif"),
        (LEVELS.astype(np.int32) * 257, "tif"),
        (LEVELS / np.float32(255), "tif"),
        (LEVELS.astype(np.float32), "tif"),
    ],
)
def test_wide_values_are_brought_to_bytes(read, values, suffix):
    np.testing.assert_array_equal(read(f"wide.{suffix}", values), LEVELS)


def test_infinite_values_are_paper(read):
    values = LEVELS.astype(np.float32)
    values[0, :2] = np.nan, np.inf
    np.testing.assert_array_equal(read("a.tif", values), LEVELS)


def test_one_bit_is_black_and_white(read):
    np.testing.assert_array_equal(read("bits.png", LEVELS > 100), 255 * (LEVELS > 100))


def test_the_camera_was_held_sideways(read):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    np.testing.assert_array_equal(read("turned.png", LEVELS, exif=exif), np.rot90(LEVELS, -1))


@pytest.mark.parametrize(
    ("ink", "alpha", "paper", "seen"), [(0, 255, 255, 0), (0, 128, 255, 127), (255, 255, 0, 255)]
)
def test_what_is_transparent_is_white_or_black_where_it_would_vanish(read, ink, alpha, paper, seen):
    pixels = np.full((20, 20, 4), [ink, ink, ink, 0], np.uint8)
    pixels[5:15, 8:12, 3] = alpha
    greys = read("layer.png", pixels)
    assert (greys[0, 0], greys[10, 10]) == (paper, seen)


def test_a_palettes_transparent_colour(read):
    picture = Image.fromarray((LEVELS > 100).astype(np.uint8))
    picture.putpalette([0, 0, 255, 0, 0, 0])
    greys = read("palette.png", picture, transparency=0)
    np.testing.assert_array_equal(greys, np.where(LEVELS > 100, 0, 255))


@pytest.mark.parametrize("name", ["film.gif", "film.apng", "pages.tif", "film.webp", "film.avif"])
def test_all_pages_are_read_and_numbered(tmp_path, name):
    pages = [LEVELS, 255 - LEVELS, np.roll(LEVELS, 8, axis=0)]
    first, *others = map(Image.fromarray, pages)
    lossless = {"lossless": True} if name.endswith("webp") else {}
    first.save(tmp_path / name, save_all=True, append_images=others, **lossless)
    found = list(read_pictures(tmp_path / name, name))
    assert [called for called, _ in found] == [f"{name}:{page}" for page in range(3)]
    for (_, greys), page in zip(found, pages, strict=True):
        assert np.abs(greys.astype(int) - page).max() <= (20 if name.endswith("avif") else 2)


@pytest.mark.parametrize(
    ("kind", "ending"), [(kind, ending) for kind, endings in FORMATS.items() for ending in endings]
)
def test_every_ending_is_one_of_its_kind(kind, ending):
    Image.init()
    assert Image.EXTENSION[ending] == kind


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"P5 20000 20000 255 ", "more than 50,000,000 pixels; make it smaller"),
        (b"P5 8000 7000 255 ", "8000x7000 pixels, expected at most 50,000,000"),
        (b"P5 1 1 255 \0", "1x1 pixels, too few to show a digit"),
        (b"P5 100 1 255 " + bytes(100), "100x1 pixels, too few"),
        (b"", "not a picture of a known kind"),
        (b"no picture at all", "not a picture of a known kind"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture of a known kind"),
        (b"P5 400 400 255 " + bytes(50), "trunc|damaged|cannot be read"),
    ],
)
def test_what_is_no_picture_is_one_line(refused, content, message):
    with refused(f"^thing: .*({message})"):
        list(read_pictures(io.BytesIO(content), "thing"))
