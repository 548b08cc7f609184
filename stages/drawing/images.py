"""Pictures of images, as SVG text."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stages.drawing.style import new_figure, svg

INCHES = 0.6  # from one image to the next
HALF = 0.46  # of an image's width, in steps from one image to the next
LETTERS = 10  # of a name that fit over an image
NAMES = {"fontsize": 7, "parse_math": False}
TITLE = 6  # inches that a title needs
Blocks = list[tuple[int, int, int, np.ndarray]]


def images_lines(title: str, lines: dict[str, np.ndarray], columns: Sequence[str] = ()) -> str:
    """One line of images (n, height, width), uint8, for each name; ink is dark.

    `columns` are names to stand over the n images.
    """
    count, height, width = next(iter(lines.values())).shape
    figure, axes = new_figure(
        max(1.8 + INCHES * count, TITLE), 0.8 + INCHES * len(lines) * height / width
    )
    for line, images in enumerate(lines.values()):
        for column, image in enumerate(images):
            _place(axes, image, column, line)
    _finish(figure, axes, title, (count, len(lines)), height / width)
    axes.set_yticks(range(len(lines)), lines)
    if len(columns):
        axes.set_xticks(range(count), map(shortened, columns), **NAMES)
    return svg(figure)


def images_grid(title: str, images: np.ndarray, labels: Sequence[str], columns: int) -> str:
    """Images (n, height, width), uint8, in lines of so many, each with its label above."""
    height, width = images.shape[1:]
    shape = min(columns, len(images)), -(-len(images) // columns)
    pitch = 1.4  # image and label
    figure, axes = new_figure(
        max(0.4 + INCHES * shape[0], TITLE), 0.6 + INCHES * pitch * shape[1] * height / width
    )
    for position, (image, label) in enumerate(zip(images, labels, strict=True)):
        line, column = divmod(position, columns)
        _place(axes, image, column, line * pitch)
        above = (column, line * pitch - HALF)
        axes.text(*above, shortened(label), ha="center", va="bottom", **NAMES)
    _finish(figure, axes, title, (shape[0], pitch * shape[1]), height / width)
    axes.set_ylim(pitch * (shape[1] - 1) + HALF, -0.85)
    return svg(figure)


def blocks_figure(family: str, blocks: Blocks, classes: list[str], dataset: dict[str, Any]) -> str:
    """The two classes that a family mistakes most: `blocks` as `thumbnails.pair_blocks` finds
    them: label, predicted, how many, image; none where nothing is mistaken."""
    figure, grid = new_figure(5, 5.4, columns=2, rows=2)
    for axes in grid.flat[len(blocks) :]:
        axes.set_axis_off()
    for axes, (label, predicted, count, image) in zip(grid.flat, blocks, strict=False):
        axes.imshow(image, "gray_r", vmin=0, vmax=255, interpolation="none")
        axes.set(xticks=[], yticks=[])
        axes.grid(visible=False)
        title = f"{classes[label]} taken for {classes[predicted]}: {count:,}"
        axes.set_title(title, fontsize=9, parse_math=False)
    images = f"{dataset['test']:,} test images of {dataset['name']}"
    figure.suptitle(f"{family}: the pair it mistakes most\n{images}, the first of each kind")
    return svg(figure)


def shortened(name: str, letters: int = LETTERS) -> str:
    """The name, cut after so many letters."""
    return name if len(name) <= letters else f"{name[: letters - 1]}…"


def _place(axes: Axes, image: np.ndarray, x: float, y: float) -> None:
    """Draw an image with its middle at (x, y), its pixels embedded as they are."""
    extent = (x - HALF, x + HALF, y + HALF, y - HALF)
    axes.imshow(image, "gray_r", vmin=0, vmax=255, extent=extent, interpolation="none")


def _finish(
    figure: Figure, axes: Axes, title: str, shape: tuple[int, float], aspect: float
) -> None:
    """Title and limits round `shape` (columns, lines) of images; no frame, no ticks."""
    # Side by side in one picture they would be resampled to the screen, ten times the bytes.
    figure.suppressComposite = True
    figure.suptitle(title)
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1)
    axes.set(xlim=(-0.5, shape[0] - 0.5), ylim=(shape[1] - 0.5, -0.5), xticks=[], yticks=[])
    axes.set_aspect(aspect)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
