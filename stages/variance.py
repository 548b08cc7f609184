"""Stage `variance`: how much of the training pixels' variance n principal components keep."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA

from stages.common.errors import run
from stages.common.figures import standalone
from stages.common.files import read_json, write_text
from stages.common.paths import DATASET, TRAIN
from stages.common.rows import load_rows
from stages.common.scores import DIGITS
from stages.common.sweep_figures import variance_figure

TABLE = Path("metrics/sweeps/variance.csv")
PICTURE = Path("plots/sweeps/variance.svg")


def kept_variance(images: np.ndarray) -> pd.DataFrame:
    """`components` from 1 up, and the share of variance (`kept`) of uint8 images (n, 28, 28)."""
    pixels = images.reshape(len(images), -1) / np.float64(255)
    shares = PCA(svd_solver="covariance_eigh").fit(pixels).explained_variance_ratio_.cumsum()
    return pd.DataFrame({"components": np.arange(1, len(shares) + 1), "kept": shares})


def main() -> None:
    table = kept_variance(load_rows(TRAIN).images)
    write_text(TABLE, table.round(DIGITS).to_csv(index=False))
    write_text(PICTURE, standalone(variance_figure(table, read_json(DATASET)["name"])))


if __name__ == "__main__":
    run(main)
