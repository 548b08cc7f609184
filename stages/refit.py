"""Stage `refit`: the chosen family fitted again, on training and validation rows together.

Its accuracy on the test rows is measured here, once. Where fitting looks at validation rows (early
stopping), these are now among the rows that it learns from.
"""

from pathlib import Path

import numpy as np

from stages.common.epochs import EpochLog
from stages.common.errors import run
from stages.common.files import new_folder, read_json, write_json
from stages.common.meter import Meter
from stages.common.params import Family
from stages.common.paths import CHOSEN, DATASET, FINAL, LIVE, REFIT, TEST, TRAIN, VALIDATION
from stages.common.rows import Rows, load_rows
from stages.common.scores import summary
from stages.family import open_block

SECONDS = Path("metrics/final_costs.json")


def main() -> None:
    chosen, classes = read_json(CHOSEN / "final.json"), read_json(DATASET)["classes"]
    family = open_block(chosen["family"], Family(**chosen["params"]), len(classes))
    validation, test = load_rows(VALIDATION), load_rows(TEST)
    pool = Rows(*map(np.concatenate, zip(load_rows(TRAIN), validation, strict=True)))
    with EpochLog("final", LIVE / "final") as log, Meter() as meter:
        model = family.fit(pool, validation, log)
    scores = family.score(model, test.images)
    with new_folder(FINAL) as folder:
        family.framework.save(model, folder)
        write_json(folder / "family.json", chosen | {"classes": classes})
        np.save(folder / "test.npy", scores)
    numbers = {
        "family": family.name,
        "rows": len(pool.labels),
        "test": summary(scores, test.labels),
    }
    write_json(REFIT, {"final": numbers})
    write_json(SECONDS, {"final": {"train": meter.costs}})
    print(f"final: {family.name}, test accuracy {numbers['test']['accuracy']:.2%}")


if __name__ == "__main__":
    run(main)
