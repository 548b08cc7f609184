"""A fit of a sweep, a search or the cross-validation, named after all that decides it.

So whatever has been fitted before is found again, whoever asked for it.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from stages.core.errors import UserError
from stages.core.params import Family, check, read_block
from stages.core.paths import TRAIN, VALIDATION
from stages.experiments.schema import in_this_file
from stages.fitting.family import open_block
from stages.split import Split

STAGES = Path("stages")
SPLIT = "split."  # keys that begin so are no family's: they decide which rows it is fitted on
# Beside the family's own two files, what the stage `train` depends on.
CODE = ("train.py", "core/**/*.py", "fitting/**/*.py")


class Fit(NamedTuple):
    """A family with other `values` at keys like `fit.epochs` or `split.subset`, and another seed.

    `params` is its whole block; `experiment` the name of the DVC experiment that fits it.
    """

    family: str
    values: dict[str, Any]
    seed: int
    params: dict[str, Any]
    experiment: str


def new_fit(
    name: str, family: Family, values: dict[str, Any], seed: int, rows: str, where: str
) -> Fit:
    """The family `name` with these values; `rows` is `rows_digest()`, `where` the values' place.

    Raises `UserError` for a key that may not be, and for a value that the split may not have.
    """
    own = {key: value for key, value in values.items() if not key.startswith(SPLIT)}
    of_split = {key: value for key, value in values.items() if key.startswith(SPLIT)}
    with in_this_file():
        params = changed(family, own | {"seed": seed, "seeds": 1}, where)
        split = differing(of_split, where)
    return Fit(name, values, seed, params, f"{name}-{digest(params, split, code(params), rows)}")


def changed(family: Family, values: dict[str, Any], where: str) -> dict[str, Any]:
    """The family's block with other values at keys like `fit.epochs`; raises `UserError`."""
    block = family.model_dump()
    for key, value in values.items():
        *path, last = key.split(".")
        inner = block
        for part in path:
            inner = inner.get(part)
            if not isinstance(inner, dict):
                raise UserError(f"{where}.{key}: a family has no such param")
        inner[last] = value
    return check(Family, block, where).model_dump()


def differing(values: dict[str, Any], where: str) -> dict[str, Any]:
    """Those values, at keys like `split.subset`, that params.yaml does not give the split already.

    Raises `UserError` for what it may not have.
    """
    if not values:
        return {}
    split = read_block(Split, "split").model_dump()
    given = {key.removeprefix(SPLIT): value for key, value in values.items()}
    check(Split, split | given, f"{where}.split")
    return {key: value for key, value in given.items() if value != split[key]}


def require_allowed(fit: Fit, classes: int, where: str) -> None:
    """Raise `UserError` for a value that the family's model or framework does not take."""
    try:
        open_block(fit.family, Family(**fit.params), classes)
    except UserError as error:
        raise UserError(f"{error} (as {where} sets it)") from None


def code(params: dict[str, Any]) -> dict[str, str]:
    """{path: sha256} of the code that fits a family with such a block."""
    own = (f"frameworks/{params['framework']}.py", f"models/{params['model']}.py")
    paths = sorted(path for pattern in (*own, *CODE) for path in STAGES.glob(pattern))
    return {str(path): _sha256(path) for path in paths}


def rows_digest() -> str:
    """Stands for the rows that families are fitted and validated on."""
    files = sorted(file for folder in (TRAIN, VALIDATION) for file in folder.iterdir())
    return digest({str(file): _sha256(file) for file in files})


def digest(*parts: Any) -> str:
    """Eight hexadecimal digits of the parts, whatever the order of their keys."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:8]


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
