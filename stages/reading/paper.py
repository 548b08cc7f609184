"""The paper of a picture: its grey at every place, however it is lit, and the noise on it."""

from math import gcd

import cv2
import numpy as np

DEEP = 0.25  # of the shorter side: what lies so far inside counts in full
FRAME = 0.5  # weight of the border against that
AREAS = 5  # even ones, the greatest, that may be paper
TURNS = 8
EDGE = 0.05  # of the shorter side: the border
POINTS = 2000  # through which the surface goes
NOISIEST = 1 / 12  # of the picture's contrast: more is no noise but a digit that fills it
STEP = 12  # grey levels that lighting may add from one look at the points to the next


def paper(greys: np.ndarray, inside: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    """The paper's grey, float32 (height, width), and the noise on it (standard deviation).

    A smooth surface (quadratic in x and y) through the even area that is likest to the rest, and
    all that continues it. `inside`, bool of that shape: what of `greys`, float32, may be paper.
    """
    even = _even(greys)
    if inside is not None:
        even &= inside
    if not even.any():  # noise all over
        even[:] = True
    chosen = _some(np.flatnonzero(even), greys.shape[1])
    start, spread = _start(greys.ravel()[chosen].astype(np.float64), chosen, even)
    return _through(greys, chosen, start, spread)


def paper_at_border(greys: np.ndarray) -> tuple[np.ndarray, float]:
    """The same where a digit fills the picture: the surface goes through the border, except for
    what differs from it there, ink that runs over it."""
    thick = max(1, min(greys.shape) // 20)
    frame = np.ones(greys.shape, bool)
    frame[thick:-thick, thick:-thick] = False
    chosen = _some(np.flatnonzero(frame), greys.shape[1])
    values = greys.ravel()[chosen].astype(np.float64)
    start = float(np.median(values))
    return _through(greys, chosen, start, _deviation(values - start))


def _some(places: np.ndarray, width: int) -> np.ndarray:
    """Every so many of the flat places of a picture so wide, not all of them in a few columns."""
    step = max(1, len(places) // POINTS)
    while gcd(step, width) > 1:
        step += 1
    return places[::step]


def _through(
    greys: np.ndarray, chosen: np.ndarray, start: float, spread: float
) -> tuple[np.ndarray, float]:
    """The surface through those of the places `chosen`, flat ones, that continue a grey."""
    height, width = greys.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    terms = [np.ones_like(x), x, y, x * y, x * x, y * y]
    points = np.stack([term.ravel()[chosen] for term in terms], axis=1).astype(np.float64)
    values = greys.ravel()[chosen].astype(np.float64)
    surface = np.array([start] + [0.0] * (len(terms) - 1))
    for turn in range(TURNS):
        near = np.abs(values - points @ surface) <= 2.5 * spread + (STEP if turn < TURNS / 2 else 2)
        # Six equations instead of thousands; a narrow picture leaves some of them the same.
        left, right = points[near].T @ points[near], points[near].T @ values[near]
        surface = np.linalg.lstsq(left, right, rcond=1e-6)[0]
        spread = _deviation((values - points @ surface)[near])
    weights, noise = surface.astype(np.float32), min(spread, NOISIEST * float(np.ptp(greys)))
    return sum(weight * term for weight, term in zip(weights, terms, strict=True)), noise


def _deviation(residuals: np.ndarray) -> float:
    """Their standard deviation, but for those far away."""
    return 1.4826 * float(np.median(np.abs(residuals))) if len(residuals) else 0.0


def _even(greys: np.ndarray) -> np.ndarray:
    """Where the greys change no more than half of the picture does: neither edges nor lines."""
    calm = cv2.GaussianBlur(greys, (3, 3), 0)
    steep = np.hypot(*(cv2.Sobel(calm, cv2.CV_32F, *way) / 8 for way in ((1, 0), (0, 1))))
    return steep <= max(1.0, 2 * float(np.median(steep)))


def _start(values: np.ndarray, chosen: np.ndarray, even: np.ndarray) -> tuple[float, float]:
    """The middle grey of the paper's even area, and the deviation from it.

    `values` are the greys at the places `chosen`, flat ones, of the bool picture `even`.
    """
    height, width = even.shape
    y, x = (np.minimum(np.arange(n), np.arange(n)[::-1]) for n in (height, width))
    depth = np.minimum(y[:, None], x).ravel()[chosen] / min(height, width)
    deep, frame = (depth / DEEP).clip(max=1), depth < EDGE
    parts = cv2.connectedComponents(even.astype(np.uint8), connectivity=8)[1].ravel()[chosen]
    best = (-1.0, 0.0, 0.0)
    for part in np.argsort(-np.bincount(parts))[:AREAS]:
        area = parts == part
        if area.any():
            middle = float(np.median(values[area]))
            like = area | (np.abs(values - middle) <= STEP)
            inner, outer = (each[like].sum() / max(1, each.sum()) for each in (deep, frame))
            best = max(best, (inner + FRAME * outer, middle, _deviation(values[area] - middle)))
    return best[1:]
