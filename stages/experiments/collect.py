"""Stage `collect`: the table of one sweep, from the experiments that `make sweep` has run."""

from pathlib import Path

import pandas as pd

from stages.core.errors import UserError, run
from stages.core.files import read_json, write_text
from stages.experiments.results import (
    accuracy_interval,
    fit_seconds,
    references,
    validation_accuracy,
)
from stages.experiments.schema import PLANS

TABLES = Path("metrics/sweeps")


def main(sweep: str) -> None:
    fits = read_json(PLANS / f"{sweep}.json")["fits"]
    names = {fit["experiment"] for fit in fits}
    found = references(names)
    if missing := names - set(found):
        raise UserError(
            f"sweep {sweep}: {len(missing)} of its {len(names)} fits have not been run; "
            f"`make sweep NAME={sweep}` runs them"
        )
    rows, costs = [], []
    for fit in fits:
        reference, family = found[fit["experiment"]], fit["family"]
        values = {key: str(value) for key, value in fit["values"].items()}
        setting = {"family": family} | values | {"seed": fit["seed"]}
        accuracy = validation_accuracy(reference, family)
        low, high = accuracy_interval(reference, accuracy)
        ends = {"accuracy_low": low, "accuracy_high": high}
        rows.append(setting | {"accuracy": accuracy} | ends)
        costs.append(setting | {"seconds": fit_seconds(reference, family)})
    write_text(TABLES / f"{sweep}.csv", pd.DataFrame(rows).to_csv(index=False))
    write_text(TABLES / f"{sweep}_seconds.csv", pd.DataFrame(costs).to_csv(index=False))


if __name__ == "__main__":
    run(main)
