"""The 1,797 digits of 8x8 pixels that come with scikit-learn (UCI optdigits); no test set."""

from pathlib import Path

import numpy as np

from stages.reading.idx import IMAGES, LABELS, describe, write_idx


def copy_digits(folder: Path) -> None:
    """Write them as they are, 0..16 in each pixel."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    write_idx(folder / f"train-{IMAGES}", digits.images.astype(np.uint8))
    write_idx(folder / f"train-{LABELS}", digits.target.astype(np.uint8))
    describe(folder, "digits", [str(digit) for digit in range(10)], brightest=16)
