"""Names of experiments that hold all that decides a fit: its params, its rows and its code."""

import hashlib
from pathlib import Path
from typing import Any

from stages.core.params import Family
from stages.core.paths import TRAIN, VALIDATION
from stages.experiments.digest import digest

# Beside the family's own two files, what the stage `train` depends on.
SHARED = (
    "stages/train.py",
    "stages/family.py",
    "stages/common/augment.py",
    "stages/common/epochs.py",
    "stages/common/errors.py",
    "stages/common/files.py",
    "stages/common/machine.py",
    "stages/common/meter.py",
    "stages/common/params.py",
    "stages/common/paths.py",
    "stages/common/rows.py",
    "stages/common/scores.py",
    "stages/common/straighten.py",
)


def experiment_name(fit: dict[str, Any], family: Family, rows: str) -> str:
    """`sweep-FAMILY-0123abcd`, for a fit as the plan writes it, and the mark of the rows."""
    return f"sweep-{fit['family']}-{digest(fit['params'], fit['split'], code(family), rows)}"


def code(family: Family) -> dict[str, str]:
    """{path: sha256} of the files of code on which a fit of such a family hangs."""
    own = (f"stages/frameworks/{family.framework}.py", f"stages/models/{family.model}.py")
    return {path: _sha256(Path(path)) for path in (*own, *SHARED)}


def rows_mark() -> str:
    """Stands for the rows that families are fitted and validated on."""
    files = sorted(file for folder in (TRAIN, VALIDATION) for file in folder.iterdir())
    return digest({str(file): _sha256(file) for file in files})


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
