"""The parts of a data set to the files of data/raw, in the form of MNIST."""

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
CODE = np.dtype(">i4")


def write_parts(folder: Path, name: str, parts: list[Part]) -> None:
    """Write all parts, `train` first among them, whose labels are the classes.

    Raises `UserError` for classes that cannot be learnt, and for labels of later parts that are
    none of them.
    """
    classes: list[str] = []
    alone = "test" not in {part.name for part in parts}
    for part in parts:
        codes, labels = _write_images(folder, part)
        if part.name == "train":
            classes = _classes(part.where, labels, codes, 3 if alone else 2)
        if part.name != "unlabelled":
            _write_labels(folder, part, classes, labels, codes)
    describe(folder, name, classes)


def in_order(labels: list[str]) -> list[str]:
    """Numbers by their value, anything else as text."""
    if all(label.lstrip("-").isdecimal() for label in labels):
        return sorted(labels, key=int)
    return sorted(labels)


def _write_images(folder: Path, part: Part) -> tuple[np.ndarray, list[str]]:
    """The code of each row's label, and the labels in the order of their codes."""
    codes: dict[str, int] = {}
    found = []
    path = folder / f"{PREFIXES[part.name]}-{IMAGES}"
    bar = tqdm(total=part.count, unit=" rows", desc=f"{part.name}: {part.where}", mininterval=1)
    with bar, new_idx(path, np.dtype("u1"), (SIDE, SIDE)) as append:
        for images, labels in part.chunks:
            append(upright(images)[0])
            of_rows = [codes.setdefault(label, len(codes)) for label in labels or []]
            found.append(np.array(of_rows, CODE))
            bar.update(len(images))
    return np.concatenate(found or [np.empty(0, CODE)]), list(codes)


def _classes(where: str, labels: list[str], codes: np.ndarray, least: int) -> list[str]:
    if not LEAST <= len(labels) <= MOST:
        shown = ", ".join(map(repr, labels[:3])) or "none"
        raise UserError(
            f"{where}: {len(labels)} classes ({shown}{', …' if len(labels) > 3 else ''}), expected "
            f"{LEAST} to {MOST}"
        )
    counts = Counter(codes.tolist())
    rarest = min(counts, key=lambda code: counts[code])
    if counts[rarest] < least:
        parts = "training, validation and test" if least == 3 else "training and validation"
        raise UserError(
            f"{where}: class {labels[rarest]!r} has {counts[rarest]} row(s), expected {least} at "
            f"the least, for {parts}; add rows to it or leave it out"
        )
    return in_order(labels)


def _write_labels(
    folder: Path, part: Part, classes: list[str], labels: list[str], codes: np.ndarray
) -> None:
    places = {name: place for place, name in enumerate(classes)}
    for code, label in enumerate(labels):
        if label not in places:
            row = int(np.flatnonzero(codes == code)[0])
            raise UserError(
                f"{part.where}: row {row}: label {label!r} is no class of the training rows "
                f"({', '.join(classes[:12])}{', …' if len(classes) > 12 else ''})"
            )
    order = np.array([places[label] for label in labels], CODE)
    dtype = np.dtype("u1") if len(classes) <= 256 else CODE
    write_idx(folder / f"{PREFIXES[part.name]}-{LABELS}", order[codes].astype(dtype))
