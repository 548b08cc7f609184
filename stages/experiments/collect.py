"""Stage `collect`: the table of one sweep, from the experiments that `make sweep` has run.

What an experiment has found is read from git's reference to it.
"""

import json
from pathlib import Path
from typing import Any

import pandas as pd
from dvc.api import DVCFileSystem
from scipy.stats import binomtest

from stages.core.errors import UserError, run
from stages.core.files import read_json, write_text
from stages.core.paths import DATASET, FITS, METRICS
from stages.core.scores import DIGITS
from stages.experiments.commands import git
from stages.experiments.schema import PLANS

TABLES = Path("metrics/sweeps")


def references(names: set[str]) -> dict[str, str]:
    """{name: reference} of those experiments that there are."""
    listed = git("for-each-ref", "--format=%(refname)", "refs/exps/*/*/*").split()
    return {name: each for each in listed if (name := each.rpartition("/")[2]) in names}


def validation_accuracy(reference: str, family: str) -> float:
    """Of the experiment's model."""
    return _read(reference, METRICS / f"{family}.json")["validation"]["accuracy"]


def accuracy_interval(reference: str, accuracy: float) -> tuple[float, float]:
    """Wilson's 95 % interval of such an accuracy on the experiment's validation rows."""
    count = _read(reference, DATASET)["validation"]
    found = binomtest(round(accuracy * count), count).proportion_ci(method="wilson")
    return round(found.low, DIGITS), round(found.high, DIGITS)


def fit_seconds(reference: str, family: str) -> float:
    """How long the fit took; it stands in DVC's cache, or in its remote."""
    files = DVCFileSystem(rev=reference)
    return json.loads(files.read_text(f"{FITS / family}.json"))["costs"]["seconds"]


def _read(reference: str, file: Path) -> dict[str, Any]:
    return json.loads(git("show", f"{reference}:./{file}"))


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
        rows.append(setting | {"accuracy": accuracy, "accuracy_low": low, "accuracy_high": high})
        costs.append(setting | {"seconds": fit_seconds(reference, family)})
    write_text(TABLES / f"{sweep}.csv", pd.DataFrame(rows).to_csv(index=False))
    write_text(TABLES / f"{sweep}_seconds.csv", pd.DataFrame(costs).to_csv(index=False))


if __name__ == "__main__":
    run(main)
