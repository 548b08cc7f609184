"""Stage `preprocess`: raw bytes to uint8 images of 28x28 pixels and labels, validated."""

from pathlib import Path

import numpy as np
from PIL import Image

from stages.core.errors import UserError, run
from stages.core.files import new_folder, read_json
from stages.core.paths import PROCESSED, RAW
from stages.core.rows import SIDE, Dataset, Rows, concatenated, save_rows
from stages.reading.idx import BOX, IMAGES, LABELS, PREFIXES, TYPES, read_idx

NONE = -1  # the label of rows without one


def read_rows(folder: Path, part: str, dataset: dict) -> Rows:
    """The rows of a part, checked and in MNIST's form; raises `UserError`."""
    images_file, labels_file = (folder / f"{PREFIXES[part]}-{kind}" for kind in (IMAGES, LABELS))
    images, most = read_idx(images_file, 3), dataset["brightest"]
    if images.max(initial=0) > most:
        raise UserError(f"{images_file}: pixel value {images.max()}, expected at most {most}")
    if part == "unlabelled":
        labels = np.full(len(images), NONE)
    else:
        labels = read_idx(labels_file, 1, tuple(TYPES))
        check_labels(labels_file, labels, len(images), len(dataset["classes"]), part)
    return Rows(to_mnist_form(images, most), labels.astype(np.int64), np.arange(len(images)))


def check_labels(file: Path, labels: np.ndarray, rows: int, classes: int, part: str) -> None:
    """Raise `UserError` unless each row has a label, and training rows have every class."""
    if len(labels) != rows:
        raise UserError(f"{file}: {len(labels)} labels for {rows} images")
    found, expected = set(np.unique(labels).tolist()), set(range(classes))
    if not found <= expected or (part == "train" and found != expected):
        raise UserError(f"{file}: labels {sorted(found)[:20]}, expected each of 0 to {classes - 1}")


def to_mnist_form(images: np.ndarray, brightest: int) -> np.ndarray:
    """uint8 (n, height, width) of 0..brightest to uint8 (n, 28, 28) of 0..255.

    Images of another size, whose ink is known to be their high values, are resized (bicubic) to
    MNIST's 20x20 box and framed with background; `reading/scan.py` is for what is not known.
    """
    if images.shape[1:] == (SIDE, SIDE) and brightest == 255:
        return images
    framed = np.zeros((len(images), SIDE, SIDE), np.uint8)
    inside = slice((SIDE - BOX) // 2, (SIDE + BOX) // 2)
    for frame, image in zip(framed, images * np.float32(255 / brightest), strict=True):
        box = Image.fromarray(image).resize((BOX, BOX), Image.Resampling.BICUBIC)
        frame[inside, inside] = np.asarray(box).round().clip(0, 255)
    return framed


def read_parts(folder: Path) -> tuple[Dataset, dict[str, Rows]]:
    """A data set and its rows by part, those that it has; raises `UserError`."""
    about = read_json(folder / "dataset.json")
    there = [part for part in PREFIXES if (folder / f"{PREFIXES[part]}-{IMAGES}").exists()]
    rows = {part: read_rows(folder, part, about) for part in there}
    return Dataset(about["name"], about["classes"]), rows


def join(several: list[tuple[Dataset, dict[str, Rows]]]) -> tuple[Dataset, dict[str, Rows]]:
    """Several data sets as one that has the classes of all, by their names; raises `UserError`
    where two have the same name."""
    names = [dataset.name for dataset, _ in several]
    if len(set(names)) < len(names):
        raise UserError(
            f"params.yaml: download.dataset: two of the data sets are called {names[-1]!r}, and "
            "could not be told apart; give your own folder or file another name"
        )
    classes = list(dict.fromkeys(name for dataset, _ in several for name in dataset.classes))
    parts, sources = {}, []
    for part in PREFIXES:
        found = []
        for dataset, own in several:
            if part in own:
                images, labels, indices = own[part]
                places = np.array([classes.index(name) for name in dataset.classes])
                start = sum(count for _, count in sources)
                labels = labels if part == "unlabelled" else places[labels]
                found.append(Rows(images, labels, start + indices))
                sources.append((dataset.name, len(labels)))
        if found:
            parts[part] = concatenated(found)
    return Dataset(" + ".join(names), classes, sources), parts


def main() -> None:
    folders = sorted(RAW.glob("[0-9]*"), key=lambda folder: int(folder.name))
    read = [read_parts(folder) for folder in folders or [RAW]]
    dataset, parts = join(read) if len(read) > 1 else read[0]
    with new_folder(PROCESSED) as folder:
        for part, rows in parts.items():
            save_rows(folder / part, rows, dataset)


if __name__ == "__main__":
    run(main)
