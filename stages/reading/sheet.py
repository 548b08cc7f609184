"""What a sheet brings along and is no ink: the desk beside it, and what frames it."""

import cv2
import numpy as np

WIDE = 0.025  # and twice that: what is thicker may be the desk
WHOLE = 0.95  # share of a side that a strip along it covers at the least
SLENDER = 4  # times as long as wide
INSIDE = 0.25  # of a frame's longer side: what it is drawn around is so long in all
SPOT = 0.05  # and each part of it


def beside(strange: np.ndarray) -> np.ndarray:
    """Of what is not paper, bool (height, width): that which fills a corner or most of a side."""
    found = _strips(strange)
    found |= _wedges(strange & ~found, found)
    edge = min(strange.shape) // 4  # so that what touches the border is thick there
    padded = np.pad(strange & ~found, edge, mode="edge").astype(np.uint8)
    thick = cv2.morphologyEx(padded, cv2.MORPH_OPEN, disc(max(1, round(WIDE * min(strange.shape)))))
    thick = np.ascontiguousarray(thick[edge : edge + len(strange), edge : edge + strange.shape[1]])
    count, parts = cv2.connectedComponents(thick)
    sides = (parts[0], parts[-1], parts[:, 0], parts[:, -1])
    corners = {parts[y, x] for y in (0, -1) for x in (0, -1)}
    for part in range(1, count):
        if part in corners or max((side == part).mean() for side in sides) > 0.5:
            found |= parts == part
    return found


def _strips(strange: np.ndarray) -> np.ndarray:
    """Rows and columns from the border inwards that are strange over nearly all their length."""
    found = np.zeros_like(strange)
    for turns in range(4):
        here = np.rot90(strange, turns)
        gap = here.mean(axis=1) < WHOLE
        if gap.any():
            np.rot90(found, turns)[: gap.argmax()] = True
    return found


def _wedges(rest: np.ndarray, found: np.ndarray) -> np.ndarray:
    """What a straight strip leaves over of a desk that lies askew: narrow, and along the strip."""
    count, parts, facts, _ = cv2.connectedComponentsWithStats(rest.astype(np.uint8))
    longer = facts[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    touching = np.bincount(parts[cv2.dilate(found.astype(np.uint8), disc(1)) > 0], minlength=count)
    return (slender(facts) & (touching >= longer / 2))[parts] & rest


def slender(facts: np.ndarray) -> np.ndarray:
    """Which of the parts that OpenCV describes are long and narrow, bool (n,)."""
    sides = np.sort(facts[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]], axis=1)
    return sides[:, 0] * SLENDER <= sides[:, 1]


def frames(core: np.ndarray) -> np.ndarray:
    """Of connected ink, bool (height, width): what is drawn around other ink of some size."""
    count, parts, facts, _ = cv2.connectedComponentsWithStats(core.astype(np.uint8))
    left, top, width, height = facts[:, :4].T
    longer, found = np.maximum(width, height), np.zeros_like(core)
    for part in range(1, count):
        inner = (left > left[part]) & (left + width < left[part] + width[part])
        inner &= (top > top[part]) & (top + height < top[part] + height[part])
        inner &= longer >= SPOT * longer[part]
        if longer[inner].sum() >= INSIDE * longer[part]:
            found |= parts == part
    return found


def disc(radius: int) -> np.ndarray:
    """A round kernel, uint8, for dilating and the like."""
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
