"""Pictures of one digit each (scans, photographs, drawings) to the form of MNIST."""

from typing import NamedTuple

import numpy as np

from stages.core.rows import SIDE
from stages.reading.framing import FINE, MIDDLE, border, framed, line_width, resized
from stages.reading.idx import BOX
from stages.reading.ink import CORE, FAINT, Ink, find_ink
from stages.reading.pieces import pieces
from stages.reading.row_files import WHOLE, Fit
from stages.reading.whole import as_whole

SMALL, LARGE = 150, 1000  # longer side in pixels of a picture while it is worked upon
LIGHT = 0.9  # share of a row's border that is light where it is paper
PEN = 2.2  # width of a line that may have been drawn with a thin pen, when the digit is 20 long
OFF, FULL = 0.51, 0.9  # pixels from the middle, share of full ink: more than any of MNIST's
BLANK = "blank"
BORDER = "ink at the border"


class Found(NamedTuple):
    """A digit, uint8 (28, 28), ink high on 0, None if there is none; and what is doubtful in it."""

    image: np.ndarray | None
    note: str = ""


def upright(images: np.ndarray, fit: Fit = "digit") -> tuple[np.ndarray, np.ndarray, list[str]]:
    """uint8 (n, 28, 28) from uint8 (n, height, width), which are blank, bool (n,), and n notes.

    Rows of 28 by 28 pixels stay as they are, but for those of light paper; what these and rows of
    another size show is taken for a picture, as `read_digit` does. A blank row's image means
    nothing.
    """
    blank = images.min(axis=(1, 2)) == images.max(axis=(1, 2))
    if images.shape[1:] == (SIDE, SIDE):
        found, pictures = images.copy(), _on_light_paper(images)
        cut = (border(images) > CORE * 255).any(axis=1) & (fit != WHOLE)
    else:
        found, pictures = np.zeros((len(images), SIDE, SIDE), np.uint8), True
        cut = np.zeros(len(images), bool)
    notes = [BLANK if none else BORDER * bool(ends) for none, ends in zip(blank, cut, strict=True)]
    for row in np.flatnonzero(pictures & ~blank):
        image, notes[row] = read_digit(images[row], fit)
        blank[row] = image is None
        found[row] = 0 if image is None else image
    return found, blank, notes


def _on_light_paper(images: np.ndarray) -> np.ndarray:
    """Which rows are light at their border and in most of their area: a stripe is no paper."""
    lights = (border(images) > 127).mean(axis=1) >= LIGHT
    return lights & (np.median(images, axis=(1, 2)) > 127)


def as_digit(greys: np.ndarray, fit: Fit = "digit") -> np.ndarray | None:
    """The image that `read_digit` finds."""
    return read_digit(greys, fit).image


def read_digit(greys: np.ndarray, fit: Fit = "digit") -> Found:
    """The digit of a uint8 picture (height, width), or with the fit `whole` all that it shows.

    What has MNIST's form already, or had it but for dark ink on light paper, keeps its pixels.
    """
    if fit == WHOLE:
        image = as_whole(greys)
        return Found(image, BLANK * (image is None))
    for image in (greys, 255 - greys):
        if is_digit(image) and not _is_pen(image):
            return Found(image, _note(Ink(image / np.float32(255), image > CORE * 255)))
    found = find_ink(resized(greys, int(np.clip(max(greys.shape), SMALL, LARGE))))
    return Found(framed(*found), _note(found)) if found else Found(None, BLANK)


def _note(found: Ink) -> str:
    """What cannot be decided."""
    count = len(pieces(found.core)[1])
    doubts = [BORDER] * bool(found.touching.any()) + [f"{count} separate digits?"] * (count > 1)
    return "; ".join(doubts)


def is_digit(image: np.ndarray) -> bool:
    """Whether a uint8 picture is 28x28 with bright ink on dark paper, laid out as MNIST's is.

    Nothing is at the border; or else, as in one of a hundred of MNIST's, the ink is 20 pixels long
    at the most, and its centre of mass in the middle: no stripe and no frame is so.
    """
    if image.shape != (SIDE, SIDE) or image.max() < 128:
        return False
    sides = [np.ptp(np.flatnonzero((image > FAINT).any(axis=axis))) + 1 for axis in (0, 1)]
    return bool(border(image).max() <= FAINT or (max(sides) <= BOX and _off(image) <= OFF))


def _off(image: np.ndarray) -> float:
    """How many pixels, along an axis, the centre of mass is away from MNIST's."""
    masses = (image.sum(axis=axis, dtype=float) for axis in (1, 0))
    return max(abs(mass @ np.arange(SIDE) / mass.sum() - MIDDLE) for mass in masses)


def _is_pen(image: np.ndarray) -> bool:
    """Whether a thin line was drawn on 28x28 pixels, without what MNIST's have: greys at its edges
    and the centre of mass in the middle.
    """
    full = (image[image > 0] > 230).mean()
    if _off(image) <= OFF and full <= FULL:
        return False
    rows, columns = (np.flatnonzero((image > CORE * 255).any(axis=axis)) for axis in (1, 0))
    box = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return line_width(resized(box, FINE) / np.float32(255)) < PEN
