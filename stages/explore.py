"""Stage `explore`: pictures of the training digits and of what the params do to them."""

from pathlib import Path

import numpy as np

from stages.common.augment import affine, enlarged
from stages.common.errors import run
from stages.common.figures import standalone
from stages.common.files import read_json, write_text
from stages.common.image_figures import images_grid
from stages.common.paths import DATASET, TRAIN
from stages.common.rows import Rows, load_rows
from stages.common.straighten import straighten

AUGMENTATION = Path("plots/augmentation.svg")
PREPROCESSING = Path("plots/preprocessing.svg")
SHOWN = 8


def first_of_each_class(rows: Rows, count: int) -> Rows:
    """The first row of each of the first `count` classes."""
    _, first = np.unique(rows.labels, return_index=True)
    return rows.take(first[:count])


def augmented(rows: Rows, seed: int) -> dict[str, np.ndarray]:
    """The images after each augmentation, by what the line of the picture is called."""
    shifts = np.split(enlarged(rows, "shift4", seed).images, 5)
    rng = np.random.default_rng(seed)
    return {
        "none": shifts[0],
        "shift4: up": shifts[1],
        "shift4: down": shifts[2],
        "shift4: left": shifts[3],
        "shift4: right": shifts[4],
    } | {f"affine: draw {draw}": affine(rows.images, rng) for draw in (1, 2, 3)}


def main() -> None:
    dataset = read_json(DATASET)["name"]
    rows = first_of_each_class(load_rows(TRAIN), SHOWN)
    steps = {"none": [], "centre": ["centre"], "deskew": ["deskew"]}
    steps["centre, deskew"] = ["centre", "deskew"]
    straight = {name: straighten(rows.images, each) for name, each in steps.items()}
    where = f"training digits of {dataset}"
    for path, what, images in (
        (AUGMENTATION, "Augmentation", augmented(rows, seed=0)),
        (PREPROCESSING, "Preprocessing", straight),
    ):
        write_text(path, standalone(images_grid(f"{what} of {len(rows.labels)} {where}", images)))


if __name__ == "__main__":
    run(main)
