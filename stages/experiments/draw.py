"""Stage `draw`: the picture of one sweep, or of the cross-validation, from its tracked table.

A stage of its own, so that a change of the drawing fits no model again.
"""

from pathlib import Path

import pandas as pd

from stages.core.errors import run
from stages.core.files import read_json, write_text
from stages.core.paths import DATASET
from stages.drawing.style import standalone
from stages.experiments.figures import folds_figure, size_figure, sweep_figure
from stages.experiments.schema import PLANS

TABLES, PICTURES = Path("metrics"), Path("plots")
CROSS_VALIDATION = "cross_validation"
SIZES = "split.subset"  # a sweep over it alone is drawn as learning curves


def main(name: str) -> None:
    plan, dataset = read_json(PLANS / f"{name}.json"), read_json(DATASET)
    place = Path(name if name == CROSS_VALIDATION else f"sweeps/{name}")
    keys = list(plan.get("set", {}))
    # Values are names here: a param that is `None` is no missing one.
    texts = dict.fromkeys(keys, str)
    table = pd.read_csv(TABLES / place.with_suffix(".csv"), dtype=texts, keep_default_na=False)
    if name == CROSS_VALIDATION:
        rows = min(plan["rows"] or dataset["train"], dataset["train"])
        picture = folds_figure(table, rows, dataset["name"])
    elif keys == [SIZES]:
        frameworks = {fit["family"]: fit["params"]["framework"] for fit in plan["fits"]}
        picture = size_figure(table, dataset["train"], frameworks, dataset["name"])
    else:
        picture = sweep_figure(table, keys, plan["title"], dataset["name"])
    write_text(PICTURES / place.with_suffix(".svg"), standalone(picture))


if __name__ == "__main__":
    run(main)
