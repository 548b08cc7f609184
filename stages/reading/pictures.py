"""Picture files, however they store their pixels, as greys."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps

from stages.core.errors import UserError
from stages.reading.faults import one_line

FORMATS = {  # and the endings of their names; EPS is not among them, as it would run a program
    "PNG": (".png", ".apng"),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "BMP": (".bmp",),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm"),
    "AVIF": (".avif", ".avifs"),
    "JPEG2000": (".jp2", ".j2k", ".jpx", ".jpf", ".jpc", ".j2c"),
}
SUFFIXES = {suffix for suffixes in FORMATS.values() for suffix in suffixes}
MOST_PIXELS = 50_000_000
LONGER, SHORTER = 8, 2  # pixels that a picture's sides have at least
DEPTHS = (1, 255, 1023, 4095, 16_383, 65_535)  # of the values that do not come as bytes


def read_pictures(source: Path | BinaryIO, name: str) -> Iterator[tuple[str, np.ndarray]]:
    """Each picture in a file, and what it is called; raises `UserError`.

    Greys, uint8 (height, width), called `name`, or `name`:0, `name`:1, ... where there are more.
    They are turned as their EXIF data say. What is transparent lies on white, or on black where the
    picture would vanish on white.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=list(FORMATS)) as picture:
                pages = getattr(picture, "n_frames", 1)
                for page in range(pages):
                    called = f"{name}:{page}" if pages > 1 else name
                    picture.seek(page)
                    _check_size(picture.size, called)
                    yield called, _greys(ImageOps.exif_transpose(picture))
    except UserError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UserError(f"{name}: more than {MOST_PIXELS:,} pixels; make it smaller") from None
    except Image.UnidentifiedImageError:
        raise UserError(
            f"{name}: not a picture of a known kind ({', '.join(FORMATS)}), nor a known file of "
            "rows by its name or its first bytes"
        ) from None
    except OSError as error:
        raise UserError(f"{name}: cannot be read: {error.strerror or one_line(error)}") from None
    except Exception as error:  # a decoder may meet damaged bytes with any error at all
        raise UserError(f"{name}: is a damaged picture: {one_line(error)}") from None


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width * height > MOST_PIXELS:
        raise UserError(
            f"{name}: {width}x{height} pixels, expected at most {MOST_PIXELS:,} in all; make it "
            "smaller"
        )
    if max(size) < LONGER or min(size) < SHORTER:
        raise UserError(
            f"{name}: {width}x{height} pixels, too few to show a digit; expected {LONGER} or more"
        )


def _greys(picture: Image.Image) -> np.ndarray:
    if picture.mode.startswith(("I", "F")):
        return _from_wide(np.asarray(picture, np.float64))
    if not picture.has_transparency_data:
        return np.asarray(picture.convert("RGB").convert("L"))
    on_white = _over(picture, 255)
    return on_white if np.ptp(on_white) > 0 else _over(picture, 0)


def _over(picture: Image.Image, paper: int) -> np.ndarray:
    """What is seen of a picture with transparent parts when it lies on paper of that grey."""
    top = picture.convert("RGBA")
    sheet = Image.new("RGBA", top.size, (paper, paper, paper, 255))
    return np.asarray(Image.alpha_composite(sheet, top).convert("L"))


def _from_wide(values: np.ndarray) -> np.ndarray:
    """Bytes from values of more than 8 bits; the depth is the least that holds the greatest."""
    values = np.nan_to_num(values, nan=0, posinf=0, neginf=0).clip(min=0)
    greatest = values.max()
    depth = next((depth for depth in DEPTHS if greatest <= depth), greatest)
    return (values * (255 / depth)).round().astype(np.uint8)
