"""Ink told from paper: whichever is darker, however the paper is lit, without its specks."""

import cv2
import numpy as np

FAINT = 12  # grey levels by which ink must differ from the paper at the least
NOISE = 6  # and by how many standard deviations of the paper's noise
FLOOR = 0.06  # share of the ink's level below which all is paper
CORE = 0.3  # and above which a pixel surely is ink
SPECK = 0.03  # connected ink is dropped below this share of the greatest connected ink


def find_ink(greys: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Ink, float32 (height, width) of 0..1, and bool (height, width): where it surely is.

    None where there is no ink. Dark ink and light ink are told apart by the paper's grey.
    """
    surface, noise = paper(greys)
    away = greys - surface
    size = max(3, max(greys.shape) // 100 | 1)
    calm = cv2.GaussianBlur(away, (size, size), 0)
    if -calm.min() > calm.max():
        away, calm = -away, -calm
    if calm.max() < max(FAINT, NOISE * noise):
        return None
    level = np.median(away[calm > calm.max() / 2])
    floor = max(FLOOR * level, 2 * noise)
    ink = ((away - floor) / (level - floor)).clip(0, 1).astype(np.float32)
    core = calm > floor + CORE * (level - floor)
    return _without_specks(ink, core)


def paper(greys: np.ndarray) -> tuple[np.ndarray, float]:
    """The paper's grey, float32 (height, width), and the noise on it (standard deviation).

    A smooth surface (quadratic in x and y) through the border of the picture, except for what
    differs from it there: ink that runs over the border.
    """
    height, width = greys.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    thick = max(1, min(height, width) // 20)
    frame = np.ones(greys.shape, bool)
    frame[thick:-thick, thick:-thick] = False
    every = max(1, int(frame.sum()) // 2000)
    terms = [np.ones_like(x), x, y, x * y, x * x, y * y]
    points = np.stack([term[frame][::every] for term in terms], axis=1).astype(np.float64)
    values = greys[frame][::every].astype(np.float64)
    surface = np.array([np.median(values), 0, 0, 0, 0, 0])
    for _ in range(4):
        residuals = values - points @ surface
        spread = 1.4826 * float(np.median(np.abs(residuals)))
        near = np.abs(residuals) <= 2.5 * spread + 2
        # Six equations instead of thousands; a narrow picture leaves some of them the same.
        left, right = points[near].T @ points[near], points[near].T @ values[near]
        surface = np.linalg.lstsq(left, right, rcond=1e-6)[0]
    weights = surface.astype(np.float32)
    return sum(weight * term for weight, term in zip(weights, terms, strict=True)), spread


def _without_specks(ink: np.ndarray, core: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    _, parts, facts, _ = cv2.connectedComponentsWithStats(core.astype(np.uint8), connectivity=8)
    areas = facts[:, cv2.CC_STAT_AREA]
    areas[0] = 0  # the paper
    specks = (areas < SPECK * areas.max())[parts] & core
    around = cv2.dilate(specks.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    core = core & ~specks
    return np.where(around & ~core, 0, ink), core
