"""Stage `explore`: numbers and pictures of the data, and of what the params do to images."""

import numpy as np
import pandas as pd

from stages.core.errors import run
from stages.core.files import new_folder, write_json, write_text
from stages.core.paths import EXPLORED, PROCESSED, TEST, TRAIN, VALIDATION
from stages.core.rows import Rows, load_dataset, load_rows
from stages.drawing.exploration import MEANS, classes_figure, means_figure, variance_figure
from stages.drawing.exploration_tables import (
    class_counts,
    class_means,
    grid_table,
    kept_variance,
    numbers,
)
from stages.drawing.images import images_grid, images_lines
from stages.drawing.style import standalone
from stages.fitting.augment import enlarged, one_epoch
from stages.fitting.straighten import straighten

SHOWN = 8  # images in a line
LINES = 4  # of a grid
SEED = 0  # of what is drawn at random


def first_of_each_class(rows: Rows, count: int) -> Rows:
    """The first row of each of the first `count` classes."""
    _, first = np.unique(rows.labels, return_index=True)
    return rows.take(first[:count])


def augmented(rows: Rows, seed: int) -> dict[str, np.ndarray]:
    """The images after each augmentation, by what the line of the picture is called."""
    names = ["none", *(f"shift4: {way}" for way in ("up", "down", "left", "right"))]
    shifted = np.split(enlarged(rows, "shift4", seed).images, len(names))
    rng = np.random.default_rng(seed)
    drawn = {
        f"{kind}: draw {draw}": one_epoch(rows.images, kind, rng)
        for kind in ("affine", "robust")
        for draw in (1, 2, 3)
    }
    return dict(zip(names, shifted, strict=True)) | drawn


def straightened(rows: Rows) -> dict[str, np.ndarray]:
    """The images after each way of straightening, by what the line of the picture is called."""
    ways = ([], ["centre"], ["deskew"], ["centre", "deskew"])
    return {", ".join(steps) or "none": straighten(rows.images, steps) for steps in ways}


def example_figures(rows: Rows, dataset: str) -> dict[str, str]:
    """What the params do to one training image of each of the first classes, by file name."""
    rows = first_of_each_class(rows, SHOWN)
    where = f"{len(rows.labels)} training images of {dataset}"
    return {
        "augmentation": images_lines(f"Augmentation of {where}", augmented(rows, SEED)),
        "straightening": images_lines(f"Straightening of {where}", straightened(rows)),
    }


def grid_figures(rows: Rows, table: pd.DataFrame, dataset: str) -> dict[str, str]:
    """The images of each grid of `grid_table` with their labels, by file name."""
    figures = {}
    for grid, part in table.groupby("grid"):
        title = f"{grid.capitalize()} {len(part)} of {len(rows.labels):,} training images"
        images = rows.images[part.index]
        figures[grid] = images_grid(f"{title} of {dataset}", images, part["label"], SHOWN)
    return figures


def main() -> None:
    dataset, classes, _ = load_dataset(TRAIN)
    splits = {folder.name: load_rows(folder) for folder in (TRAIN, VALIDATION, TEST)}
    unlabelled = PROCESSED / "unlabelled"
    others = {unlabelled.name: load_rows(unlabelled)} if unlabelled.exists() else {}
    train = splits["train"]
    tables = {
        "classes": class_counts(splits, classes),
        "means": class_means(train, classes[:MEANS]),
        "grids": grid_table(train, SHOWN * LINES, SEED, classes),
        "variance": kept_variance(train.images),
    }
    n = len(train.labels)
    figures = {
        "classes": classes_figure(tables["classes"], dataset),
        "means": means_figure(tables["means"], len(classes), n, dataset),
        "variance": variance_figure(tables["variance"], n, dataset),
    }
    figures |= grid_figures(train, tables["grids"], dataset)
    figures |= example_figures(train, dataset)
    with new_folder(EXPLORED) as folder:
        write_json(folder / "numbers.json", numbers(splits | others, len(classes)))
        for name, table in tables.items():
            write_text(folder / f"{name}.csv", table.to_csv(index=False))
        for name, figure in figures.items():
            write_text(folder / f"{name}.svg", standalone(figure))


if __name__ == "__main__":
    run(main)
