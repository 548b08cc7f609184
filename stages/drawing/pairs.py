"""The two classes that a family mistakes most, as four blocks of real images."""

from typing import Any

import numpy as np

from stages.drawing.style import new_figure, svg

Blocks = list[tuple[int, int, int, np.ndarray]]


def blocks_figure(family: str, blocks: Blocks, classes: list[str], dataset: dict[str, Any]) -> str:
    """`blocks` as `thumbnails.pair_blocks` finds them: label, predicted, how many, image; none
    where nothing is mistaken."""
    figure, grid = new_figure(5, 5.4, columns=2, rows=2)
    for axes in grid.flat[len(blocks) :]:
        axes.set_axis_off()
    for axes, (label, predicted, count, image) in zip(grid.flat, blocks, strict=False):
        axes.imshow(image, "gray_r", vmin=0, vmax=255, interpolation="none")
        axes.set(xticks=[], yticks=[])
        axes.grid(visible=False)
        axes.set_title(
            f"{classes[label]} taken for {classes[predicted]}: {count:,}",
            fontsize=9,
            parse_math=False,
        )
    figure.suptitle(
        f"{family}: the pair it mistakes most\n{dataset['test']:,} test images of "
        f"{dataset['name']}, the first of each kind"
    )
    return svg(figure)
