"""Whether dvc.lock fits the code and the params, which needs no data."""

import re
import subprocess
import sys

from stages.core.errors import UserError
from stages.experiments.commands import COMPLAINT

FILES = ("dvc.yaml", "stages/experiments/dvc.yaml")
FITS = "Data and pipelines are up to date."


def check_lock() -> None:
    """Print what DVC would run, and raise `UserError`, unless that is nothing, which is told."""
    for file in FILES:
        dry = [sys.executable, "-m", "dvc", "repro", "--dry", "--allow-missing", file]
        done = subprocess.run(dry, capture_output=True, text=True, check=False)
        if FITS in done.stdout:
            continue
        if not (stages := re.findall("^Running stage .*", done.stdout, re.MULTILINE)):
            raise UserError(f"{file}: dvc repro --dry: {COMPLAINT.findall(done.stderr)[0]}")
        print("\n".join(stages), file=sys.stderr)
        raise UserError(f"dvc.lock does not fit {file}: run dvc repro {file} and commit")
    print("dvc.lock fits the code and the params")
