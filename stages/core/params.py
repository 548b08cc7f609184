"""params.yaml, checked: each stage asks for its own block and gets it typed, or one clear error."""

import difflib
import inspect
import re
from collections.abc import Callable
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from stages.core.errors import UserError

PARAMS_FILE = Path("params.yaml")
TOLD = 300  # characters that a message shows of what was got
RESERVED = {"dataset", "ensemble", "final"}  # outputs of other stages go by these names
NAMING = ("ensemble.members", "report.parity", "report.one_vs_rest.families")  # lists of families
NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,63}")  # of families and sweeps: a file's name

T = TypeVar("T", bound=BaseModel)

Count = Annotated[int, Field(ge=1, le=1_000_000_000)]  # libraries count in 32 bits
Components = Annotated[int, Field(ge=1, le=784)]  # of the pixels
Width = Annotated[int, Field(ge=1, le=100_000)]  # of a layer
Fraction = Annotated[float, Field(gt=0, lt=1)]
Share = Annotated[float, Field(ge=0, lt=1)]  # of what is left out: none of it is one too
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Names = Annotated[list[str], Field(min_length=1)]


class Schema(BaseModel):
    """A block of params: unknown keys and silent conversions ("3" for 3) are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Family(Schema):
    """One family: the model's signature checks `build`, the framework's `Fit` checks `fit`.

    `seeds`: how many fits, with this seed and those after it, tell what is luck; the first is the
    family's model; `auto`: several where training rows are few, else one. `straighten` is done to
    every image before the model sees it.
    """

    framework: str
    model: str
    seed: Seed
    seeds: Count | Literal["auto"] = 1
    straighten: list[Literal["centre", "deskew"]] = []
    build: dict[str, Any]
    fit: dict[str, Any]


def read_yaml(path: Path) -> dict[str, Any]:
    """A file's blocks by their keys; raises `UserError` where it is missing or broken."""
    try:
        # YAML 1.2, as DVC reads and writes it: to PyYAML, which knows 1.1, 1e-05 is a text.
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file here; run from the project's root") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not in UTF-8 (at byte {error.start}); save it as such") from None
    except (YAMLError, ValueError, RecursionError) as error:
        told = " ".join(str(error).split())[:TOLD]
        raise UserError(f"{path}: not valid YAML: {told}") from None
    if not isinstance(content, dict):
        raise UserError(f"{path}: expected blocks of keys, got {type(content).__name__}")
    return content


def read_block(schema: type[T], key: str) -> T:
    """The top-level block `key`, as `schema`; raises `UserError`."""
    return check(schema, read_yaml(PARAMS_FILE).get(key, {}), key)


def read_families() -> dict[str, Family]:
    """Every family by name, in the order of the file; raises `UserError`."""
    blocks = _blocks(read_yaml(PARAMS_FILE))
    return {name: check(Family, each, f"families.{name}") for name, each in blocks.items()}


def read_family(name: str) -> Family:
    """The family `name`; raises `UserError` when params.yaml has none of that name."""
    families = _blocks(read_yaml(PARAMS_FILE))
    require_one_of(f"family {name!r}", name, families, "families")
    return check(Family, families[name], f"families.{name}")


def require_families(names: list[str], where: str) -> None:
    """Raise `UserError` unless each name is a family, and none is named twice."""
    _require_listed(names, _blocks(read_yaml(PARAMS_FILE)), where)


def require_named_families() -> None:
    """Raise `UserError` where a block names a family that there is not, or names one twice.

    The stage that needs the names says so too, but runs last: the first to run call this.
    """
    content = read_yaml(PARAMS_FILE)
    families = _blocks(content)
    for where in NAMING:
        names = content
        for key in where.split("."):
            names = names.get(key) if isinstance(names, dict) else None
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            _require_listed(names, families, where)


def require_name(name: Any, file: Path, where: str) -> None:
    """Raise `UserError` unless files and stages may go by this name."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise UserError(
            f"{file}: {where}: got the name {_shown(name)}; a name has at most 64 small "
            "letters, digits and _, and does not begin with _"
        )


def require_one_of(what: str, value: str, allowed: Any, where: str) -> None:
    """Raise `UserError` unless `value` is one of `allowed`."""
    if value not in allowed:
        close = difflib.get_close_matches(value, allowed, 1)
        meant = f"did you mean {close[0]}? " if close else ""
        names = ", ".join(sorted(allowed))
        raise UserError(f"{PARAMS_FILE}: {where}: unknown {what}; {meant}it may be one of: {names}")


def check(schema: type[T], values: Any, where: str, file: Path = PARAMS_FILE) -> T:
    """`values` as `schema`; the first mistake becomes a `UserError` that names file and key."""
    try:
        return schema.model_validate(values)
    except ValidationError as error:
        raise UserError(f"{file}: {_one_line(schema, error, values, where)}") from None


def check_arguments(function: Callable, values: dict[str, Any], where: str) -> dict[str, Any]:
    """`values` checked as keyword-only arguments of `function`: its signature is the schema."""
    hints = get_type_hints(function, include_extras=True)
    fields = {
        name: (hints[name], ... if argument.default is argument.empty else argument.default)
        for name, argument in inspect.signature(function).parameters.items()
        if argument.kind is argument.KEYWORD_ONLY
    }
    schema = create_model("Arguments", __base__=Schema, **fields)
    return check(schema, values, where).model_dump()


def _require_listed(names: list[str], families: dict[str, Any], where: str) -> None:
    for name in names:
        require_one_of(f"family {name!r}", name, families, where)
    if len(set(names)) < len(names):
        raise UserError(f"{PARAMS_FILE}: {where}: got {names}; each family may be named once")


def _blocks(content: dict[str, Any]) -> dict[str, Any]:
    """The families' blocks, of which only the names have been checked."""
    families = content.get("families")
    if not isinstance(families, dict) or not families:
        got = _shown(families)
        raise UserError(f"{PARAMS_FILE}: families: got {got}, expected a block per family")
    for name in families:
        if name in RESERVED:
            raise UserError(
                f"{PARAMS_FILE}: families.{name}: this name is the pipeline's own; rename it"
            )
        require_name(name, PARAMS_FILE, "families")
    return families


def _one_line(schema: type[BaseModel], error: ValidationError, values: Any, where: str) -> str:
    first, *others = error.errors(include_url=False)
    path, wanted = first["loc"], [first]
    if first["type"] != "missing" and _at(values, path[:-1]) is first["input"]:
        path = path[:-1]  # its last part is one of the types that the value may have
        alike = [each for each in others if each["loc"][: len(path)] == path]
        wanted, others = [first, *alike], others[len(alike) :]
    key = ".".join([*filter(None, [where]), *map(str, path)]) or "content"
    got = _shown(first["input"])
    more = f" (and {len(others)} more)" if others else ""
    if first["type"] == "extra_forbidden":
        allowed = ", ".join(schema.model_fields) or "no key at all"
        return f"{key}: unknown key (got {got}); allowed here: {allowed}{more}"
    if first["type"] == "missing":
        return f"{key}: is missing; it is required{more}"
    told = dict.fromkeys(each["msg"].removeprefix("Input should be ") for each in wanted)
    if len(wanted) > 1 or first["msg"].startswith("Input should be "):
        return f"{key}: got {got}; it should be {' or '.join(told)}{more}"
    return f"{key}: got {got}; {first['msg']}{more}"


def _at(values: Any, path: tuple[str | int, ...]) -> Any:
    try:
        return reduce(getitem, path, values)
    except (LookupError, TypeError):
        return None


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except RecursionError:
        return "what is nested too deeply"
    return text if len(text) <= TOLD else f"{text[:TOLD]}…"
