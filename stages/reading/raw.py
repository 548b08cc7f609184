"""The parts of a data set to the files of data/raw, in the form of MNIST."""

from collections import Counter
from pathlib import Path

import numpy as np
from tqdm import tqdm

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.reading.bad_rows import good_rows
from stages.reading.class_names import clean_name, in_order
from stages.reading.idx import IMAGES, LABELS, PREFIXES, describe, new_idx, write_idx
from stages.reading.row_files import Fit, Options, Part
from stages.reading.scale import in_full_range
from stages.reading.scan import upright

LEAST, MOST = 2, 1000  # classes


def write_parts(
    folder: Path,
    name: str,
    parts: list[Part],
    options: Options = Options(),  # noqa: B008 (immutable)
) -> None:
    """Write all parts, `train` first among them, whose labels are the classes.

    Raises `UserError` for bad rows, for classes that cannot be learnt, and for labels of later
    parts that are none of them.
    """
    name = clean_name(name, "the data set")
    classes: list[str] = []
    alone = "test" not in {part.name for part in parts}
    fit = options.fit or parts[0].fit
    good = [part._replace(chunks=good_rows(part, options.skip_bad)) for part in parts]
    for part in in_full_range(good):
        labels = _write_images(folder, part, options.transpose, fit)
        if part.name == "train":
            classes = _classes(part.where, Counter(labels), 3 if alone else 2)
        if part.name != "unlabelled":
            _write_labels(folder, part, classes, labels)
    describe(folder, name, classes, fit=fit)


def _write_images(folder: Path, part: Part, transpose: bool, fit: Fit) -> list[str]:
    """The labels of all rows, clean."""
    found, names = [], {}
    path = folder / f"{PREFIXES[part.name]}-{IMAGES}"
    bar = tqdm(total=part.count, unit=" rows", desc=f"{part.name}: {part.where}", mininterval=1)
    with bar, new_idx(path, np.dtype("u1"), (SIDE, SIDE)) as append:
        for images, labels in part.chunks:
            append(upright(images.swapaxes(1, 2) if transpose else images, fit)[0])
            for label in labels or []:
                if label not in names:
                    names[label] = clean_name(label, f"{part.where}: row {len(found)}: class")
                found.append(names[label])
            bar.update(len(images))
    return found


def _classes(where: str, counts: Counter[str], least: int) -> list[str]:
    """The labels in order."""
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
    return in_order(counts)


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
