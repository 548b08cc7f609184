"""The command `sweep`: the fits of sweeps as DVC experiments, then their tables and pictures.

What has been fitted before is not fitted again: an experiment that is there stays, and what DVC's
run cache holds is taken from it. So a sweep that was cut off goes on.
"""

import re
import sys

from stages.core.errors import UserError
from stages.core.files import read_json
from stages.core.params import require_one_of
from stages.core.paths import DATASET
from stages.experiments.collect import references, validation_accuracy
from stages.experiments.commands import CommandError, dvc
from stages.experiments.fit import Fit, require_allowed
from stages.experiments.runs import at_work, run_fits
from stages.experiments.schema import FILE, PLANS, in_this_file, read_sweeps

DAG = FILE.with_name("dvc.yaml")
WOULD_RUN = re.compile(r"^Running stage '(.+)'", re.MULTILINE)


def sweep(names: list[str], jobs: int) -> None:
    """Bring these sweeps, or all where none is named, up to date, so many fits at a time.

    Raises `UserError`.
    """
    sweeps = read_sweeps()
    for name in names:
        with in_this_file():
            require_one_of(f"sweep {name!r}", name, sweeps, "sweeps")
    if not (names := outdated(names or list(sweeps))):
        print("sweep: all that was asked for is up to date")
        return
    with at_work():
        print(dvc("repro", f"{DAG}:plan"), end="", flush=True)
        # With a new plan it shows which sweeps a change does not concern.
        if names := outdated(names):
            fit_missing(planned(names), jobs)
            print(dvc("repro", *(f"{DAG}:draw@{name}" for name in names)), end="")


def outdated(names: list[str]) -> list[str]:
    """Those sweeps whose picture does not follow from the params and the code as they are."""
    own = {f"{DAG}:{stage}@{name}": name for stage in ("collect", "draw") for name in names}
    try:
        said = dvc("repro", "--dry", "--allow-missing", *(f"{DAG}:draw@{name}" for name in names))
    except CommandError:
        return names
    stages = set(WOULD_RUN.findall(said))
    # Where a stage before them all is to run, DVC cannot tell what follows, and may even fail.
    concerned = {own.get(stage) for stage in stages}
    return names if None in concerned else [name for name in names if name in concerned]


def planned(names: list[str]) -> list[Fit]:
    """The fits of the sweeps, each experiment once.

    Raises `UserError` for a value that a family does not take.
    """
    classes, found = read_json(DATASET)["classes"], {}
    for name in names:
        for each in read_json(PLANS / f"{name}.json")["fits"]:
            fit = found.setdefault(each["experiment"], Fit(**each))
            require_allowed(fit, classes, f"{FILE}: sweeps.{name}")
    return list(found.values())


def fit_missing(fits: list[Fit], jobs: int) -> None:
    """Run those experiments that there are not; raises `UserError` where one failed."""
    there = references({fit.experiment for fit in fits})
    missing = [fit for fit in fits if fit.experiment not in there]
    print(f"sweep: {len(fits)} fits, of which {len(missing)} are to be run", flush=True)
    failed = 0
    for number, (fit, why) in enumerate(run_fits(missing, jobs), start=1):
        came, stream = why, sys.stderr
        if not why:
            (reference,) = references({fit.experiment}).values()
            accuracy = validation_accuracy(reference, fit.family)
            came, stream = f"validation accuracy {accuracy:.2%}", sys.stdout
        failed += bool(why)
        print(f"{number} of {len(missing)}: {told(fit)}: {came}", file=stream, flush=True)
    if failed:
        raise UserError(f"sweep: {failed} of {len(missing)} fits failed; the lines above tell")


def told(fit: Fit) -> str:
    """A fit as people know it."""
    values = [f"{key}={value}" for key, value in fit.values.items()]
    return ", ".join([fit.family, *values, f"seed {fit.seed}"])
