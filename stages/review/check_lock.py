"""Whether dvc.lock fits the code and the params, which needs no data."""

import subprocess
import sys

from stages.core.errors import UserError

FILES = ("dvc.yaml", "stages/experiments/dvc.yaml")
FITS = "Data and pipelines are up to date."


def check_lock() -> None:
    """Print what DVC would run, and raise `UserError`, unless that is nothing."""
    for file in FILES:
        dry = [sys.executable, "-m", "dvc", "repro", "--dry", "--allow-missing", file]
        done = subprocess.run(dry, capture_output=True, text=True, check=False)
        if FITS in done.stdout:
            continue
        for line in (done.stdout + done.stderr).splitlines():
            if "didn't change" not in line:
                print(line, file=sys.stderr)
        raise UserError(f"dvc.lock does not fit {file}: run dvc repro {file} and commit")
