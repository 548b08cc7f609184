"""The paper of a picture: its grey at every place, however it is lit, and the noise on it."""

import cv2
import numpy as np

DEEP = 0.25  # of the shorter side: what lies so far inside counts in full
FRAME = 0.5  # weight of the border against that
AREAS = 5  # even ones, the greatest, that may be paper
POINTS = 4000  # through which the surface goes
STEP = 12  # grey levels that lighting may add from one look at the points to the next


def paper(greys: np.ndarray, inside: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    """The paper's grey, float32 (height, width), and the noise on it (standard deviation).

    A smooth surface (quadratic in x and y) through the greatest even area and all that continues
    it. `inside`, bool of that shape: what of `greys`, float32, may be paper at all.
    """
    height, width = greys.shape
    even = _even(greys)
    if inside is not None:
        even &= inside
    if not even.any():  # noise all over
        even[:] = True
    chosen = np.flatnonzero(even)
    chosen = chosen[:: max(1, len(chosen) // POINTS)]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    terms = [np.ones_like(x), x, y, x * y, x * x, y * y]
    points = np.stack([term.ravel()[chosen] for term in terms], axis=1).astype(np.float64)
    values = greys.ravel()[chosen].astype(np.float64)
    surface, spread = np.zeros(len(terms)), 0.0
    surface[0], spread = _start(greys, even)
    for turn in range(8):
        residuals = np.abs(values - points @ surface)
        near = residuals <= 2.5 * spread + (STEP if turn < 4 else 2)
        # Six equations instead of thousands; a narrow picture leaves some of them the same.
        left, right = points[near].T @ points[near], points[near].T @ values[near]
        surface = np.linalg.lstsq(left, right, rcond=1e-6)[0]
        spread = 1.4826 * float(np.median(np.abs(values - points @ surface)[near]))
    weights = surface.astype(np.float32)
    return sum(weight * term for weight, term in zip(weights, terms, strict=True)), spread


def _even(greys: np.ndarray) -> np.ndarray:
    """Where the greys change no more than half of the picture does: neither edges nor lines."""
    calm = cv2.GaussianBlur(greys, (3, 3), 0)
    steep = np.hypot(*(cv2.Sobel(calm, cv2.CV_32F, *way) / 8 for way in ((1, 0), (0, 1))))
    return steep <= max(1.0, 2 * float(np.median(steep)))


def _start(greys: np.ndarray, even: np.ndarray) -> tuple[float, float]:
    """The middle grey of an even area, that which is likest to the rest, and its deviation."""
    height, width = greys.shape
    y, x = (np.minimum(np.arange(n), np.arange(n)[::-1]) for n in (height, width))
    depth = np.minimum(y[:, None], x)
    deep = even * (depth / (DEEP * min(height, width))).clip(max=1)
    frame = even & (depth < max(1, min(height, width) // 20))
    count, parts = cv2.connectedComponents(even.astype(np.uint8), connectivity=8)
    best = (-1.0, float(np.median(greys)), 0.0)
    for part in np.argsort(-np.bincount(parts[even], minlength=count))[:AREAS]:
        area = even & (parts == part)
        if not area.any():
            continue
        middle = float(np.median(greys[area]))
        like = area | (even & (np.abs(greys - middle) <= STEP))
        support = deep[like].sum() / (deep.sum() + 1) + FRAME * frame[like].sum() / (
            frame.sum() + 1
        )
        spread = 1.4826 * float(np.median(np.abs(greys[area] - middle)))
        best = max(best, (support, middle, spread))
    return best[1:]
