"""A page with a box around each digit and the answer to it, as a picture."""

from collections import Counter
from pathlib import Path
from statistics import median

from PIL import Image, ImageDraw, ImageFont

from stages.core.errors import UserError
from stages.core.files import new_file
from stages.serving.source import STDIN, Page, Source

PAGES = Path("data/pages")
SURE, DOUBTFUL = (20, 90, 200), (200, 30, 30)  # colours
LEAST = 12  # height of the writing in pixels


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
    for (top, left, bottom, right), label, note in zip(page.boxes, labels, notes, strict=True):
        colour = DOUBTFUL if note or label is None else SURE
        draw.rectangle((left - 2, top - 2, right + 1, bottom + 1), outline=colour, width=2)
        draw.text(
            (left, max(0, top - 4)),
            "?" if label is None else label,
            fill=colour,
            font=ImageFont.load_default(size),
            anchor="lb" if top - 4 >= size else "lt",
        )
    path = place(page.name)
    with new_file(path) as temporary:
        picture.save(temporary, "PNG")
    return path
