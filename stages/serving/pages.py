"""A page with a box around each digit and the answer to it, as a picture."""

from collections import Counter
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from stages.core.errors import UserError
from stages.core.files import new_file
from stages.reading.pieces import Box
from stages.serving.source import STDIN, Page, Source

PAGES = Path("data/pages")
SURE, DOUBTFUL = (20, 90, 200), (200, 30, 30)  # colours
LEAST = 12  # height of the writing in pixels
GAP = 4  # pixels between a digit and its answer


def require_pages(sources: list[Source]) -> None:
    """Raise `UserError` for rows, and for files whose pictures would overwrite each other."""
    for source in sources:
        if source.rows:
            raise UserError(f"--many: {source.name} is a file of rows, expected pictures of pages")
    for name, count in Counter(place(source.name) for source in sources).items():
        if count > 1:
            raise UserError(f"--many: {count} sources would be written as {name}; rename them")


def place(name: str) -> Path:
    """Where the picture of the page called so is written."""
    return PAGES / f"{'stdin' if name == STDIN else Path(name).name.replace(':', '.')}.png"


def draw_page(page: Page, labels: list[str | None], notes: list[str]) -> Path:
    """Write it, and return where; a digit without a label gets a question mark."""
    picture = Image.fromarray(page.greys).convert("RGB")
    draw = ImageDraw.Draw(picture)
    size = max(LEAST, int(median(bottom - top for top, _, bottom, _ in page.boxes)) // 2)
    font, taken = ImageFont.load_default(size), list(page.boxes)
    for box, label, note in zip(page.boxes, labels, notes, strict=True):
        colour = DOUBTFUL if note or label is None else SURE
        top, left, bottom, right = box
        draw.rectangle((left - 2, top - 2, right + 1, bottom + 1), outline=colour, width=2)
        text = "?" if label is None else label
        _, _, width, height = map(round, draw.textbbox((0, 0), text, font, "lt"))
        spot = free_spot(box, (height, width), page.greys.shape, taken)
        draw.text((spot[1], spot[0]), text, colour, font, "lt")
        taken.append(spot)
    path = place(page.name)
    with new_file(path) as temporary:
        picture.save(temporary, "PNG")
    return path


def free_spot(box: Box, size: tuple[int, int], sheet: tuple[int, int], taken: list[Box]) -> Box:
    """Where on a sheet of so many pixels (height, width) a text of that size covers least of the
    boxes that are taken: above its own box, or else right of it, below it or left of it."""
    (top, left, bottom, right), (height, width) = box, size
    corners = [
        (top - GAP - height, left),
        (top, right + GAP),
        (bottom + GAP, left),
        (top, left - GAP - width),
    ]
    starts = np.clip(corners, 0, np.maximum(np.array(sheet) - size, 0))
    spots, others = np.hstack([starts, starts + size])[:, None], np.array(taken)
    sides = np.minimum(spots[..., 2:], others[:, 2:]) - np.maximum(spots[..., :2], others[:, :2])
    covered = sides.clip(min=0).prod(axis=2).sum(axis=1)
    return tuple(spots[covered.argmin(), 0].tolist())
