"""Stage `download`: the raw files of a data set, verified, as IDX files in data/raw."""

import os
from pathlib import Path

import numpy as np

from stages.common.errors import run
from stages.common.files import new_folder, write_json
from stages.common.idx import write_idx
from stages.common.mirrors import Pinned, fetch
from stages.common.params import Download, read_block
from stages.common.paths import PARTIAL, RAW

# sha256 of the four files' unpacked content.
MNIST = [
    Pinned(
        "train-images-idx3-ubyte",
        47_040_016,
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    Pinned(
        "train-labels-idx1-ubyte",
        60_008,
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    Pinned(
        "t10k-images-idx3-ubyte",
        7_840_016,
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    Pinned(
        "t10k-labels-idx1-ubyte",
        10_008,
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
]


def mirrors(params: Download) -> list[str]:
    """The mirrors in the order they are tried: MNIST_MIRROR (a URL or folder) first, when set."""
    preferred = os.environ.get("MNIST_MIRROR")
    return [preferred, *params.mirrors] if preferred else params.mirrors


def download_mnist(folder: Path, sources: list[str]) -> None:
    """MNIST: 60,000 training and 10,000 test digits of 28x28 pixels (LeCun, Cortes, Burges)."""
    for pinned in MNIST:
        fetch(pinned, sources, folder, PARTIAL)
    describe(folder, "mnist", brightest=255)


def copy_digits(folder: Path) -> None:
    """The 1,797 digits of 8x8 pixels embedded in scikit-learn (UCI optdigits); no test set."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    write_idx(folder / "train-images-idx3-ubyte", digits.images.astype(np.uint8))
    write_idx(folder / "train-labels-idx1-ubyte", digits.target.astype(np.uint8))
    describe(folder, "digits", brightest=16)


def describe(folder: Path, name: str, brightest: int) -> None:
    """What the bytes do not say: the data set's name, its classes, the value of full ink."""
    classes = [str(digit) for digit in range(10)]
    write_json(folder / "dataset.json", {"name": name, "classes": classes, "brightest": brightest})


def main() -> None:
    params = read_block(Download, "download")
    with new_folder(RAW) as folder:
        if params.dataset == "mnist":
            download_mnist(folder, mirrors(params))
        else:
            copy_digits(folder)


if __name__ == "__main__":
    run(main)
