"""Stage `collect`: the table of one sweep, from the experiments that `make sweep` has run."""

import sys
from pathlib import Path

import pandas as pd

from stages.core.errors import UserError, run
from stages.core.files import read_json, write_text
from stages.core.paths import PLANS
from stages.experiments.results import fit_seconds, references, validation_scores

TABLES = Path("metrics/sweeps")
KEPT = ("accuracy", "accuracy_low", "accuracy_high")


def main() -> None:
    (name,) = sys.argv[1:]
    fits = read_json(PLANS / f"{name}.json")["fits"]
    found = references({fit["experiment"] for fit in fits})
    missing = {fit["experiment"] for fit in fits} - set(found)
    if missing:
        raise UserError(
            f"sweep {name}: {len(missing)} of its {len(fits)} fits have not been run; "
            f"`make sweep NAME={name}` runs them"
        )
    rows, costs = [], []
    for fit in fits:
        reference, family = found[fit["experiment"]], fit["family"]
        values = {key: str(value) for key, value in fit["values"].items()}
        setting = {"family": family} | values | {"seed": fit["seed"]}
        numbers = validation_scores(reference, family)
        rows.append(setting | {key: numbers[key] for key in KEPT})
        costs.append(setting | {"seconds": fit_seconds(reference, family)})
    write_text(TABLES / f"{name}.csv", pd.DataFrame(rows).to_csv(index=False))
    write_text(TABLES / f"{name}_seconds.csv", pd.DataFrame(costs).to_csv(index=False))


if __name__ == "__main__":
    run(main)
