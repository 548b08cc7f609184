"""`make sweep NAME=width`: the fits of a sweep as experiments in DVC's queue, then its table.

What has been fitted before is not fitted again: an experiment that is there stays, and what DVC's
run cache holds is taken from it. So a sweep that was cut off goes on.
"""

import re
import subprocess
import sys
from pathlib import Path

from stages.core.errors import UserError, run
from stages.core.files import read_json
from stages.core.params import Family, read_named, require_one_of
from stages.core.paths import DATASET, PLANS
from stages.experiments import dvc_files, dvc_queue, side_clone
from stages.experiments.baseline import require_committed, require_shared
from stages.experiments.plan import Sweep
from stages.experiments.results import references, validation_scores
from stages.frameworks.contract import open_block
from stages.serving.command_line import Parser

DAG = "stages/sweeps/dvc.yaml"
WOULD_RUN = re.compile(r"^Running stage '(.+)'", re.MULTILINE)
WRITTEN = [Path("metrics/sweeps"), Path("plots/sweeps"), Path("stages/sweeps/dvc.lock")]


def outdated(names: list[str]) -> list[str]:
    """Those sweeps whose picture does not follow from the params and the code as they are."""
    own = {f"{DAG}:{stage}@{name}": name for stage in ("collect", "draw") for name in names}
    drawn = [f"{DAG}:draw@{name}" for name in names]
    dry = ["dvc", "repro", "--dry", "--allow-missing", *drawn]
    said = subprocess.run(dry, capture_output=True, text=True, check=False)
    stages = set(WOULD_RUN.findall(said.stdout))
    # Where a stage before them all is to run, DVC cannot tell what follows, and may even fail.
    if said.returncode or stages - set(own):
        return names
    concerned = {own[stage] for stage in stages}
    return [name for name in names if name in concerned]


def planned(names: list[str]) -> dict[str, dict]:
    """{experiment: fit} of the sweeps, each experiment once; all have been opened, and so checked.

    Raises `UserError` for a value that a family does not take.
    """
    classes = len(read_json(DATASET)["classes"])
    fits = [fit for name in names for fit in read_json(PLANS / f"{name}.json")["fits"]]
    for fit in fits:
        open_block(fit["family"], Family(**fit["params"]), classes)
    return {fit["experiment"]: fit for fit in fits}


def fit_missing(fits: dict[str, dict], workers: int) -> None:
    """Run those experiments that there are not; raises `UserError` where one failed."""
    side_clone.bring_over(set(fits))
    there = references(set(fits))
    missing = [fit for name, fit in fits.items() if name not in there]
    print(f"sweep: {len(fits)} fits, of which {len(missing)} are to be run", flush=True)
    done = 0

    def tell(fit: dict) -> None:
        nonlocal done
        done += 1
        print(f"{done} of {len(missing)}: {found(fit)}", flush=True)

    if failed := dvc_queue.run_all(missing, workers, tell):
        for name, why in failed.items():
            print(f"{name}: {why}", file=sys.stderr)
        raise UserError(f"sweep: {len(failed)} of {len(missing)} fits failed; the lines above tell")


def found(fit: dict) -> str:
    """What came of a fit whose experiment is there, as a line for people."""
    (reference,) = references({fit["experiment"]}).values()
    accuracy = validation_scores(reference, fit["family"])["accuracy"]
    values = [f"{key}={value}" for key, value in fit["values"].items()]
    setting = ", ".join([fit["family"], *values, f"seed {fit['seed']}"])
    return f"{setting}: validation accuracy {accuracy:.2%}"


def main() -> None:
    parser = Parser("python -m stages.experiments.sweep", description="Run sweeps of params.yaml.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all of them")
    parser.add_argument("--jobs", type=int, default=1, help="experiments at work side by side")
    asked = parser.parse_args(sys.argv[1:])
    sweeps = read_named(Sweep, "sweeps")
    for name in asked.names:
        require_one_of(f"sweep {name!r}", name, sweeps, "sweeps")
    if asked.jobs < 1:
        raise UserError(f"--jobs: got {asked.jobs}; expected a number from 1")
    dvc_files.wait_for_others("stages.experiments.sweep")
    if not (names := outdated(asked.names or list(sweeps))):
        print("sweep: all that was asked for is up to date")
        return
    require_shared()
    require_committed(besides=WRITTEN)
    _repro(f"{DAG}:plan")
    # With a new plan it shows which sweeps a change does not concern.
    if names := outdated(names):
        try:
            fit_missing(planned(names), asked.jobs)
        except KeyboardInterrupt:
            raise UserError("interrupted; the same command goes on with what is left") from None
        finally:
            side_clone.remove()
        _repro(*(f"{DAG}:draw@{name}" for name in names))


def _repro(*targets: str) -> None:
    if subprocess.run(["dvc", "--wait-for-lock", "repro", *targets], check=False).returncode:
        raise UserError("dvc repro failed; its line stands above")


if __name__ == "__main__":
    run(main)
