"""What only the HTML report shows: its curves, pictures of images, and data for its scripts."""

from typing import Any

import numpy as np
import yaml

from stages.common.figures.pairs import Blocks
from stages.common.figures.report import learning_curve
from stages.common.figures.style import embedded
from stages.common.params import Family
from stages.common.paths import EXPLORED
from stages.common.probes import HARD, load_probe
from stages.common.report.tables import matrix
from stages.common.report.thumbnails import data_uri, pair_blocks
from stages.common.report.viewer import viewer_data
from stages.common.rows import Rows

EXPLORED_FIGURES = ("classes", "means", "variance")


def page_parts(
    measured: dict[str, Any],
    families: dict[str, Family],
    blocks: dict[str, Blocks],
    test: Rows,
    scores: dict[str, np.ndarray],
) -> dict[str, Any]:
    """By the names that the template knows them by; `scores` in the order of the leaderboard."""
    classes, hard = measured["classes"], load_probe(HARD)
    listed = [*measured["errors"].values(), measured["missed_digits"]]
    return {
        "blocks": {name: [picture(each) for each in found] for name, found in blocks.items()},
        "curve_figures": {
            name: learning_curve(name, curve) if curve["epoch"].max() > 1 else None
            for name, curve in measured["curves"].items()
        },
        "data_figures": {
            name: embedded((EXPLORED / f"{name}.svg").read_text()) for name in EXPLORED_FIGURES
        },
        "images": images_of({int(i) for each in listed for i in each["index"]}, test),
        "hard": [data_uri(image) for image in hard.images],
        "hard_table": hard.table.assign(label=np.array(classes)[hard.labels]),
        "matrices": {
            name: matrix(counts, classes) for name, counts in measured["confusion"].items()
        },
        "params": {name: as_yaml(family) for name, family in families.items()},
        "viewer": viewer_data(test, classes, scores),
    }


def confused_blocks(
    worst: dict[str, Any], classes: list[str], test: Rows, scores: dict[str, np.ndarray]
) -> dict[str, Blocks]:
    """For each family the images of the pair that it mistakes most, as `pair_blocks` finds them."""
    found = {}
    for name, pair in worst.items():
        if pair:
            both = classes.index(pair["actual"]), classes.index(pair["predicted"])
            found[name] = pair_blocks(test.images, test.labels, scores[name].argmax(axis=1), both)
    return found


def picture(block: tuple[int, int, int, np.ndarray]) -> tuple[int, int, int, str]:
    """A block whose image has become a picture for the page."""
    return *block[:3], data_uri(block[3])


def images_of(indices: set[int], test: Rows) -> dict[int, str]:
    """A picture of each test row that a table names, by its index."""
    position = {int(index): number for number, index in enumerate(test.indices)}
    return {index: data_uri(test.images[position[index]]) for index in sorted(indices)}


def as_yaml(family: Family) -> str:
    """The family's params as they stand in params.yaml."""
    return yaml.safe_dump(family.model_dump(), sort_keys=False)
