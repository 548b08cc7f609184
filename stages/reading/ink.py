"""Ink told from paper: whichever is darker, however the paper is lit; lines are no ink."""

from typing import NamedTuple

import cv2
import numpy as np

from stages.reading.paper import paper, paper_at_border
from stages.reading.ruling import across, crossing, ruling
from stages.reading.sheet import beside, frames, slender

FAINT = 12  # grey levels by which ink must differ from the paper at the least
NOISE = 6  # and by how many standard deviations of the paper's noise
FLOOR = 0.06  # share of the ink's level below which all is paper
CORE = 0.3  # and above which a pixel surely is ink
LINE = 0.12  # and above which it may belong to a line
WEAK = 0.14  # and above which it may be a digit of weaker ink than the rest of a page
SPECK = 0.03  # connected ink is dropped below this share of the greatest connected ink
LEAST = 0.08  # of the picture's longer side: ink is so long when all else has been taken away


class Ink(NamedTuple):
    """`ink`, float32 (height, width) of 0..1, and `core`, bool: where it surely is."""

    ink: np.ndarray
    core: np.ndarray

    @property
    def touching(self) -> np.ndarray:
        """Bool (4): whether it touches the top, the bottom, the left and the right border."""
        sides = (self.core[0], self.core[-1], self.core[:, 0], self.core[:, -1])
        return np.array([side.any() for side in sides])


def find_ink(greys: np.ndarray, closely: bool = True) -> Ink | None:
    """The ink of a picture (height, width); None where there is none.

    Dark ink and light ink are told apart by the paper's grey. The desk, ruled lines and frames are
    taken away, unless the rest is no digit: then they are a part of it, as it was cut out closely.
    `closely`: whether it may have been; if not, many digits are there, and ink that is weaker than
    most surely is ink too.
    """
    greys = greys.astype(np.float32)
    surface, noise = paper(greys)
    away = greys - surface
    desk = beside(np.abs(_calm(away)) > max(FAINT, NOISE * noise))
    if desk.any():
        written = _on_sheet(greys, _wider(desk, 3), closely)
    else:
        written = _written(away, noise, closely)
    enough = written and _longer(written.core) >= LEAST * max(greys.shape)
    if not closely or (enough and written.touching.sum() < 2):
        return written
    surface, noise = paper_at_border(greys)
    found = _marks(greys - surface, noise)
    return found and _without_specks(*found[:2])


def _on_sheet(greys: np.ndarray, desk: np.ndarray, closely: bool) -> Ink | None:
    """What is written beside the desk; lines run from end to end of the sheet."""
    rows, columns = (np.flatnonzero((~desk).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    sheet = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    surface, noise = paper(greys[sheet], ~desk[sheet])
    written = _written(np.where(desk[sheet], 0, greys[sheet] - surface), noise, closely)
    around = [(part.start, side - part.stop) for part, side in zip(sheet, desk.shape, strict=True)]
    return written and Ink(*(np.pad(each, around) for each in written))


def _written(away: np.ndarray, noise: float, closely: bool) -> Ink | None:
    found = _marks(away, noise)
    if found is None:
        return None
    ink, core, calm = found
    ink, core = _without_frames(*_without_lines(ink, core if closely else calm > WEAK, calm))
    return _without_specks(ink, core if closely else _sure(core, calm))


def _sure(marks: np.ndarray, calm: np.ndarray) -> np.ndarray:
    """Of connected marks, bool (height, width), where each surely is ink, by its own strength."""
    count, parts = cv2.connectedComponents(marks.astype(np.uint8), connectivity=8)
    strongest = np.zeros(count, np.float32)
    np.maximum.at(strongest, parts[marks], calm[marks])
    return marks & (calm > CORE * strongest.clip(max=1)[parts])


def _marks(away: np.ndarray, noise: float) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Ink, where it surely is, and how much it differs from paper (1: as most ink does)."""
    calm = _calm(away)
    if -calm.min() > calm.max():
        away, calm = -away, -calm
    if calm.max() < max(FAINT, NOISE * noise):
        return None
    level = np.median(away[calm > calm.max() / 2])
    floor = max(FLOOR * level, 2 * noise)
    ink = ((away - floor) / (level - floor)).clip(0, 1).astype(np.float32)
    calm = (calm - floor) / (level - floor)
    return ink, calm > CORE, calm


def _calm(away: np.ndarray) -> np.ndarray:
    size = max(3, max(away.shape) // 100 | 1)
    return cv2.GaussianBlur(away, (size, size), 0)


def _wider(mask: np.ndarray, radius: int) -> np.ndarray:
    side = 2 * radius + 1
    return cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)) > 0


def _longer(core: np.ndarray) -> int:
    """The longer side of the box around it, in pixels."""
    along = (np.flatnonzero(core.any(axis=axis)) for axis in (0, 1))
    return max(np.ptp(places) + 1 if len(places) else 0 for places in along)


def _without_lines(
    ink: np.ndarray, core: np.ndarray, calm: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    lines = across(calm > LINE)
    if not lines:
        return ink, core
    ruled = ruling(lines, calm)
    kept = core & ~ruled
    kept |= crossing(kept, lines, core & ruled)
    return np.where(ruled & ~kept, 0, ink), kept


def _without_frames(ink: np.ndarray, core: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    around = frames(core)
    return np.where(_wider(around, 2) & ~(core & ~around), 0, ink), core & ~around


def _without_specks(ink: np.ndarray, core: np.ndarray) -> Ink:
    """Nor what is left of lines at the border."""
    _, parts, facts, _ = cv2.connectedComponentsWithStats(core.astype(np.uint8), connectivity=8)
    areas = facts[:, cv2.CC_STAT_AREA]
    areas[0] = 0  # the paper
    touching = np.unique(np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]]))
    ends = np.isin(np.arange(len(areas)), touching) & slender(facts) & (areas < areas.max())
    specks = (ends | (areas < SPECK * areas.max()))[parts] & core
    core = core & ~specks
    return Ink(np.where(_wider(specks, 2) & ~core, 0, ink), core)
