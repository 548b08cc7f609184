"""Stage `cross_validate`: accuracy of several families over stratified folds of training rows."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold

from stages.core.errors import UserError, run
from stages.core.files import read_json, write_json, write_text
from stages.core.params import Family
from stages.core.paths import TRAIN
from stages.core.rows import Rows, load_dataset, load_rows
from stages.core.scores import DIGITS, accuracy
from stages.experiments.schema import FILE, PLANS
from stages.fitting.epochs import EpochLog
from stages.fitting.family import OpenFamily, open_block
from stages.split import hold_out

TABLE = Path("metrics/cross_validation.csv")
SUMMARY = Path("metrics/cross_validation.json")


def fold_accuracies(family: OpenFamily, rows: Rows, folds: int, seed: int) -> list[float]:
    """Accuracy on each fold of a model fitted on all the others."""
    found = []
    shuffled = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for fold, (others, own) in enumerate(shuffled.split(rows.labels, rows.labels), start=1):
        print(f"{family.name}: fold {fold} of {folds}", flush=True)
        model = family.fit(rows.take(others), rows.take(own), EpochLog(family.name))
        found.append(accuracy(family.score(model, rows.images[own]), rows.labels[own]))
    return found


def main() -> None:
    plan, classes = read_json(PLANS / "cross_validation.json"), load_dataset(TRAIN).classes
    rows, size, seed = load_rows(TRAIN), plan["rows"], plan["seed"]
    if size is not None and size < len(rows.labels):
        _, rows = hold_out(rows, size, seed, "cross_validation.rows")
    fewest = int(np.unique(rows.labels, return_counts=True)[1].min())
    if fewest < plan["folds"]:
        raise UserError(
            f"{FILE}: cross_validation: {plan['folds']} folds of {len(rows.labels)} rows, of which "
            f"one class has {fewest}; expected a row of each class in each fold: take fewer folds, "
            "or more rows"
        )
    found = {}
    for fit in plan["fits"]:
        family = open_block(fit["family"], Family(**fit["params"]), len(classes))
        found[family.name] = fold_accuracies(family, rows, plan["folds"], seed)
    table = pd.DataFrame(found, index=np.arange(1, plan["folds"] + 1)).rename_axis("fold")
    table = table.melt(var_name="family", value_name="accuracy", ignore_index=False).reset_index()
    write_text(TABLE, table.round(DIGITS).to_csv(index=False))
    spread = table.groupby("family", sort=False)["accuracy"].agg(["mean", "std"]).round(DIGITS)
    write_json(SUMMARY, {"cross_validation": spread.to_dict("index")})


if __name__ == "__main__":
    run(main)
