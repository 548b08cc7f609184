"""The parts of a data set to the files of data/raw, in the form of MNIST."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
from tqdm import tqdm

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.reading.idx import IMAGES, LABELS, PREFIXES, describe, new_idx, write_idx
from stages.reading.row_files import Part
from stages.reading.scan import upright

LEAST, MOST = 2, 1000  # classes


def write_parts(folder: Path, name: str, parts: list[Part]) -> None:
    """Write all parts, `train` first among them, whose labels are the classes.

    Raises `UserError` for classes that cannot be learnt, and for labels of later parts that are
    none of them.
    """
    classes: list[str] = []
    alone = "test" not in {part.name for part in parts}
    for part in parts:
        labels = _write_images(folder, part)
        if part.name == "train":
            classes = _classes(part.where, Counter(labels), 3 if alone else 2)
        if part.name != "unlabelled":
            _write_labels(folder, part, classes, labels)
    describe(folder, name, classes)


def _write_images(folder: Path, part: Part) -> list[str]:
    """The labels of all rows."""
    found = []
    path = folder / f"{PREFIXES[part.name]}-{IMAGES}"
    bar = tqdm(total=part.count, unit=" rows", desc=f"{part.name}: {part.where}", mininterval=1)
    with bar, new_idx(path, np.dtype("u1"), (SIDE, SIDE)) as append:
        for images, labels in part.chunks:
            append(upright(images)[0])
            found += labels or []
            bar.update(len(images))
    return found


def _classes(where: str, counts: Counter[str], least: int) -> list[str]:
    """The labels in order: numbers by their value, anything else as text."""
    if not LEAST <= len(counts) <= MOST:
        shown = ", ".join(map(repr, list(counts)[:3])) or "none"
        raise UserError(
            f"{where}: {len(counts)} classes ({shown}{', …' if len(counts) > 3 else ''}), expected "
            f"{LEAST} to {MOST}"
        )
    rarest = min(counts, key=counts.get)
    if counts[rarest] < least:
        parts = "training, validation and test" if least == 3 else "training and validation"
        raise UserError(
            f"{where}: class {rarest!r} has {counts[rarest]} row(s), expected {least} at "
            f"the least, for {parts}; add rows to it or leave it out"
        )
    numbers = all(re.fullmatch(r"-?\d+", label) for label in counts)
    return sorted(counts, key=int if numbers else None)


def _write_labels(folder: Path, part: Part, classes: list[str], labels: list[str]) -> None:
    places = {name: place for place, name in enumerate(classes)}
    for row, label in enumerate(labels):
        if label not in places:
            raise UserError(
                f"{part.where}: row {row}: label {label!r} is no class of the training rows "
                f"({', '.join(classes[:12])}{', …' if len(classes) > 12 else ''})"
            )
    numbers = np.array([places[label] for label in labels], "u1" if len(classes) <= 256 else ">i4")
    write_idx(folder / f"{PREFIXES[part.name]}-{LABELS}", numbers)
