import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from stages.core.errors import UserError
from stages.reading.pictures import read_picture

LEVELS = np.array([0, 60, 120, 180, 255] * 3, np.uint8).repeat(4)[:, None].repeat(20, axis=1)


def save(path, picture, **options):
    picture.save(path, **options)
    return read_picture(path, str(path))


@pytest.mark.parametrize(
    ("mode", "suffix", "tolerance"),
    [
        ("L", "png", 0),
        ("L", "bmp", 0),
        ("L", "tif", 0),
        ("L", "gif", 0),
        ("L", "jpg", 12),
        ("L", "pgm", 0),
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
def test_every_mode_gives_the_same_greys(tmp_path, mode, suffix, tolerance):
    picture = Image.fromarray(LEVELS).convert(mode)
    greys = save(tmp_path / f"picture.{suffix}", picture)
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
def test_wide_values_are_brought_to_bytes(tmp_path, values, suffix):
    greys = save(tmp_path / f"wide.{suffix}", Image.fromarray(values))
    np.testing.assert_array_equal(greys, LEVELS)


def test_infinite_values_are_paper(tmp_path):
    values = LEVELS.astype(np.float32)
    values[0, 0] = np.nan
    values[0, 1] = np.inf
    np.testing.assert_array_equal(save(tmp_path / "a.tif", Image.fromarray(values)), LEVELS)


def test_one_bit_is_black_and_white(tmp_path):
    greys = save(tmp_path / "bits.png", Image.fromarray(LEVELS > 100))
    np.testing.assert_array_equal(greys, np.where(LEVELS > 100, 255, 0))


def test_the_camera_was_held_sideways(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    greys = save(tmp_path / "turned.png", Image.fromarray(LEVELS), exif=exif)
    np.testing.assert_array_equal(greys, np.rot90(LEVELS, -1))


def layer(ink, alpha):
    pixels = np.full((20, 20, 4), ink, np.uint8)
    pixels[..., 3] = 0
    pixels[5:15, 8:12, 3] = alpha
    return Image.fromarray(pixels)


def test_what_is_transparent_is_white(tmp_path):
    greys = save(tmp_path / "black.png", layer(0, 255))
    assert greys[0, 0] == 255
    assert greys[10, 10] == 0
    assert save(tmp_path / "half.png", layer(0, 128))[10, 10] == 127


def test_white_ink_on_nothing_lies_on_black(tmp_path):
    greys = save(tmp_path / "white.png", layer(255, 255))
    assert greys[0, 0] == 0
    assert greys[10, 10] == 255


def test_a_palettes_transparent_colour(tmp_path):
    picture = Image.fromarray((LEVELS > 100).astype(np.uint8))
    picture.putpalette([0, 0, 255, 0, 0, 0])
    greys = save(tmp_path / "palette.png", picture, transparency=0)
    np.testing.assert_array_equal(greys, np.where(LEVELS > 100, 0, 255))


def test_only_the_first_frame_counts(tmp_path):
    frames = [Image.fromarray(LEVELS), Image.fromarray(255 - LEVELS)]
    frames[0].save(tmp_path / "film.gif", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(read_picture(tmp_path / "film.gif", "film"), LEVELS)


def png(width, height):
    """A black picture of one bit a pixel, written by hand: the large ones need no memory."""

    def chunk(kind, content):
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">2I5B", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(min(height * (1 + -(-width // 8)), 100_000)))
    body = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (png(20_000, 20_000), "more than 50,000,000 pixels; make it smaller"),
        (png(8_000, 7_000), "8000x7000 pixels, expected at most 50,000,000"),
        (png(1, 1), "1x1 pixels, too few to show a digit"),
        (png(100, 1), "100x1 pixels, too few"),
        (b"", "not a picture of a known kind"),
        (b"no picture at all", "not a picture of a known kind"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture of a known kind"),
        (png(400, 400)[:50], "trunc|damaged|cannot be read"),
    ],
)
def test_what_is_no_picture_is_one_line(content, message):
    with pytest.raises(UserError, match=message) as error:
        read_picture(io.BytesIO(content), "thing")
    assert str(error.value).startswith("thing: ")
    assert "\n" not in str(error.value)
