"""What an ONNX file says of itself."""

import json
import subprocess
from pathlib import Path
from typing import Any

from stages.core.files import read_json
from stages.core.paths import DATASET, FINAL, REFIT, SCORES

PIPELINE = "digits"


def metadata(name: str, family: str, framework: str, classes: list[str]) -> dict[str, str]:
    """Of the model `name`, a family or `final`: where it comes from, what it answers, how well.

    `classes` is a JSON list of names, by label. An accuracy that was not measured is left out.
    """
    measured = _measured(REFIT if name == FINAL.name else SCORES / f"{name}.json").get(name, {})
    parts = {part: measured[part] for part in ("validation", "test") if part in measured}
    return {
        "pipeline": PIPELINE,
        "revision": revision(),
        "family": family,
        "framework": framework,
        "dataset": read_json(DATASET)["name"],
        "classes": json.dumps(classes, ensure_ascii=False),
    } | {f"{part}_accuracy": str(numbers["accuracy"]) for part, numbers in parts.items()}


def revision() -> str:
    """The last commit, short, with `-dirty` where tracked files differ; `unknown` without git."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unknown"
    return done.stdout.strip() or "unknown"


def _measured(path: Path) -> dict[str, Any]:
    return read_json(path) if path.exists() else {}
