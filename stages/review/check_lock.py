"""Whether dvc.lock fits the code and the params, which needs no data."""

import re
import sys

from stages.core.errors import UserError
from stages.experiments.commands import COMPLAINT, CommandError, dvc

FILES = ("dvc.yaml", "stages/experiments/dvc.yaml")
FITS = "Data and pipelines are up to date."


def check_lock() -> None:
    """Print what DVC would run, and raise `UserError`, unless that is nothing, which is told."""
    for file in FILES:
        try:
            said = dvc("repro", "--dry", "--allow-missing", file)
        except CommandError as error:
            said = error.said
        if FITS in said:
            continue
        if not (stages := re.findall("^Running stage .*", said, re.MULTILINE)):
            raise UserError(f"{file}: dvc repro --dry: {COMPLAINT.findall(said)[0]}")
        print("\n".join(stages), file=sys.stderr)
        raise UserError(f"dvc.lock does not fit {file}: run dvc repro {file} and commit")
    print("dvc.lock fits the code and the params")
