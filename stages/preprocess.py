"""Stage `preprocess`: raw bytes to uint8 images of 28x28 pixels and labels, validated."""

from pathlib import Path

import numpy as np
from PIL import Image

from stages.common.errors import UserError, run
from stages.common.files import new_folder, read_json, write_json
from stages.common.idx import read_idx
from stages.common.paths import PROCESSED, RAW
from stages.common.rows import SIDE, Rows, save_rows

IDX_KINDS = ("images-idx3", "labels-idx1")
BOX = 20  # MNIST fits each digit into 20x20 pixels, in the middle of 28x28


def read_rows(folder: Path, prefix: str, dataset: dict) -> Rows:
    """The rows of the files named `prefix`, checked and in MNIST's form; raises `UserError`."""
    images_file, labels_file = (folder / f"{prefix}-{kind}-ubyte" for kind in IDX_KINDS)
    images, labels = read_idx(images_file, 3), read_idx(labels_file, 1)
    if len(images) != len(labels):
        raise UserError(f"{labels_file}: {len(labels)} labels for {len(images)} images")
    if images.max(initial=0) > dataset["brightest"]:
        raise UserError(
            f"{images_file}: pixel value {images.max()}, expected at most {dataset['brightest']}"
        )
    found, expected = np.unique(labels), np.arange(len(dataset["classes"]))
    if not np.array_equal(found, expected):
        raise UserError(
            f"{labels_file}: labels {found.tolist()}, expected each of {expected.tolist()}"
        )
    return Rows(
        to_mnist_form(images, dataset["brightest"]), labels.astype(np.int64), np.arange(len(labels))
    )


def to_mnist_form(images: np.ndarray, brightest: int) -> np.ndarray:
    """uint8 (n, height, width) of 0..brightest to uint8 (n, 28, 28) of 0..255.

    Images of another size are resized (bicubic) to MNIST's 20x20 box and framed with background.
    """
    if images.shape[1:] == (SIDE, SIDE) and brightest == 255:
        return images
    framed = np.zeros((len(images), SIDE, SIDE), np.uint8)
    inside = slice((SIDE - BOX) // 2, (SIDE + BOX) // 2)
    for frame, image in zip(framed, images * np.float32(255 / brightest), strict=True):
        box = Image.fromarray(image).resize((BOX, BOX), Image.Resampling.BICUBIC)
        frame[inside, inside] = np.asarray(box).round().clip(0, 255)
    return framed


def main() -> None:
    dataset = read_json(RAW / "dataset.json")
    rows = {"train": read_rows(RAW, "train", dataset)}
    if (RAW / "t10k-images-idx3-ubyte").exists():
        rows["test"] = read_rows(RAW, "t10k", dataset)
    with new_folder(PROCESSED) as folder:
        for name, part in rows.items():
            save_rows(folder / name, part)
        write_json(folder / "dataset.json", dataset)


if __name__ == "__main__":
    run(main)
