"""JSON files: {"images": lists of 784 values of 0 to 255, "labels": what each shows}."""

import json
from pathlib import Path

import numpy as np

from stages.core.rows import SIDE
from stages.reading.faults import reading
from stages.reading.row_files import Part, RowFile, labelled


def parts(source: Path) -> list[Part]:
    """All rows, for training; raises `UserError`."""
    with reading(source):
        labels = [str(label) for label in json.loads(source.read_bytes())["labels"]]
    return [labelled("train", str(source), open_json(source), labels)]


def open_json(path: Path) -> RowFile:
    """The images alone, for predictions; raises `UserError`."""
    with reading(path):
        values = np.array(json.loads(path.read_bytes())["images"], np.uint8)
        images = values.reshape(-1, SIDE, SIDE)
    return RowFile(len(images), iter([images]))
