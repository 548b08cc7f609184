"""What only the HTML report shows: its curves, pictures of images, and data for its scripts."""

from typing import Any

import numpy as np
import yaml

from stages.core.paths import EXPLORED, VALIDATION
from stages.core.rows import Rows, load_rows
from stages.drawing.images import Blocks
from stages.drawing.leaderboard import learning_curve
from stages.drawing.style import embedded
from stages.measuring.evaluation import HARD, load_probe
from stages.reporting.tables import matrix
from stages.reporting.thumbnails import IN_A_BLOCK, data_uri, pair_blocks, viewer_data

EXPLORED_FIGURES = ("classes", "means", "variance")


def page_parts(
    measured: dict[str, Any],
    blocks: dict[str, Blocks],
    test: Rows,
    scores: dict[str, np.ndarray],
) -> dict[str, Any]:
    """By the names that the template knows them by; `scores` in the order of the leaderboard."""
    classes, hard = measured["classes"], load_probe(HARD)
    suspicious = measured["suspicious"]
    listed = [*measured["errors"].values(), measured["missed_digits"]]
    return {
        "blocks": {
            name: [(*told, data_uri(image)) for *told, image in found]
            for name, found in blocks.items()
        },
        "curve_figures": {
            name: learning_curve(name, curve) if curve["epoch"].max() > 1 else None
            for name, curve in measured["curves"].items()
        },
        "data_figures": {
            name: embedded((EXPLORED / f"{name}.svg").read_text()) for name in EXPLORED_FIGURES
        },
        "in_a_block": IN_A_BLOCK,
        "images": images_of({int(i) for each in listed for i in each["index"]}, test),
        "suspicious_images": {
            part: images_of(set(suspicious.loc[suspicious["part"] == part, "index"]), rows)
            for part, rows in {"validation": load_rows(VALIDATION), "test": test}.items()
        },
        "hard": [data_uri(image) for image in hard.images],
        "hard_table": measured["hard_digits"]
        .drop_duplicates(["file", "index"])
        .merge(hard.table, how="right"),
        "matrices": {
            name: matrix(counts, classes) for name, counts in measured["confusion"].items()
        },
        "params": {
            name: yaml.safe_dump(fit["params"], sort_keys=False)
            for name, fit in measured["fits"].items()
        },
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
            found[name] = pair_blocks(test, scores[name].argmax(axis=1), both)
    return found


def images_of(indices: set[int], test: Rows) -> dict[int, str]:
    """A picture of each test row that a table names, by its index."""
    position = {int(index): number for number, index in enumerate(test.indices)}
    return {index: data_uri(test.images[position[index]]) for index in sorted(indices)}
