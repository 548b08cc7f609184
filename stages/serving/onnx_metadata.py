"""What an ONNX file says of itself."""

import json
import subprocess

import numpy as np

from stages.core.files import read_json
from stages.core.paths import FINAL, METRICS, TEST
from stages.core.rows import load_dataset, load_rows
from stages.core.scores import DIGITS, accuracy

PIPELINE = "digits"


def metadata(name: str, family: str, framework: str, classes: list[str]) -> dict[str, str]:
    """Of the model `name`, a family or `final`: where it comes from, what it answers, how well.

    `classes` is a JSON list of names, by label. An accuracy that was not measured is left out.
    """
    return {
        "pipeline": PIPELINE,
        "revision": revision(),
        "family": family,
        "framework": framework,
        "dataset": load_dataset(TEST).name,
        "classes": json.dumps(classes, ensure_ascii=False),
    } | {f"{part}_accuracy": str(value) for part, value in accuracies(name).items()}


def accuracies(name: str) -> dict[str, float]:
    """By split; the final model has learnt from validation rows, so it has none of these."""
    measured = FINAL / "test.npy" if name == FINAL.name else METRICS / f"{name}.json"
    if not measured.exists():
        return {}
    if name == FINAL.name:
        return {"test": round(accuracy(np.load(measured), load_rows(TEST).labels), DIGITS)}
    numbers = read_json(measured)
    return {split: numbers[split]["accuracy"] for split in ("validation", "test")}


def revision() -> str:
    """The last commit, short, with `-dirty` where tracked files differ; `unknown` without git."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unknown"
    return done.stdout.strip() or "unknown"
