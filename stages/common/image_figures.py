"""Pictures of images, as SVG text."""

import numpy as np

from stages.common.figures import new_figure, svg


def images_grid(title: str, lines: dict[str, np.ndarray]) -> str:
    """One line of images (n, height, width), uint8, for each name; ink is dark."""
    columns = len(next(iter(lines.values())))
    figure, grid = new_figure(1.6 + 0.6 * columns, 0.5 + 0.62 * len(lines), columns, len(lines))
    figure.suptitle(title)
    for axes_of_line, (name, images) in zip(
        np.reshape(grid, (len(lines), columns)), lines.items(), strict=True
    ):
        for axes, image in zip(axes_of_line, images, strict=True):
            axes.imshow(image, cmap="gray_r", vmin=0, vmax=255)
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
        axes_of_line[0].set_ylabel(name, rotation=0, ha="right", va="center")
    return svg(figure)
