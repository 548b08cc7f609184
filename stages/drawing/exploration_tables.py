"""Numbers of the data itself: pixels, classes, duplicates, gaps; `exploration` draws them."""

from hashlib import blake2b
from itertools import combinations

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA

from stages.core.rows import Rows
from stages.core.scores import DIGITS

CHUNK = 1_000  # images whose pixels are counted at once: counting takes 8 bytes a pixel


def numbers(splits: dict[str, Rows], classes: int) -> dict[str, dict[str, int | float]]:
    """What `pixel_numbers` and `gaps` say of each split, and what splits share.

    `duplicates` is the number of images that repeat an earlier one of the split, pixel for pixel;
    `shared.first_second` the number of images of the second split that occur in the first.
    """
    seen = {split: digests(rows.images) for split, rows in splits.items()}
    distinct = {split: set(found) for split, found in seen.items()}
    each = {
        split: pixel_numbers(rows.images)
        | gaps(rows, classes)
        | {"duplicates": len(seen[split]) - len(distinct[split])}
        for split, rows in splits.items()
    }
    pairs = combinations(splits, 2)
    return each | {"shared": {f"{a}_{b}": sum(d in distinct[a] for d in seen[b]) for a, b in pairs}}


def digests(images: np.ndarray) -> list[bytes]:
    """A hash of each image; 16 bytes, so that two of a million collide with odds of 1e-27."""
    return [blake2b(image.tobytes(), digest_size=16).digest() for image in np.asarray(images)]


def pixel_numbers(images: np.ndarray) -> dict[str, int | float]:
    """Shape and values of images (n, height, width), uint8; `background` is the share of zeros."""
    counts = np.zeros(256, np.int64)
    for start in range(0, len(images), CHUNK):
        counts += np.bincount(images[start : start + CHUNK].ravel(), minlength=256)
    values, shares = np.arange(256), counts / counts.sum()
    mean = values @ shares
    return {
        **dict(zip(("rows", "height", "width"), images.shape, strict=True)),
        "min": int(values[counts > 0].min()),
        "max": int(values[counts > 0].max()),
        "mean": round(float(mean), DIGITS),
        "deviation": round(float(np.sqrt((values - mean) ** 2 @ shares)), DIGITS),
        "background": round(float(shares[0]), DIGITS),
    }


def gaps(rows: Rows, classes: int) -> dict[str, int]:
    """Images without any ink (`blank`), and labels that name none of the classes (`unlabelled`)."""
    return {
        "blank": int((~rows.images.any(axis=(1, 2))).sum()),
        "unlabelled": int(((rows.labels < 0) | (rows.labels >= classes)).sum()),
    }


def class_counts(splits: dict[str, Rows], classes: list[str]) -> pd.DataFrame:
    """One line for each split and class: `count`, and `share` of the split's rows."""
    tables = []
    for split, rows in splits.items():
        counts = np.array([(rows.labels == label).sum() for label in range(len(classes))])
        shares = (counts / len(rows.labels)).round(DIGITS)
        columns = {"split": split, "class": classes, "count": counts, "share": shares}
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def class_means(rows: Rows, classes: list[str]) -> pd.DataFrame:
    """One line for each class and pixel: `class`, `row`, `column`, `mean`, `deviation`.

    Mean and standard deviation over the images of the class, rounded to whole grey values; both
    are 0 where the class has no image.
    """
    shape = rows.images.shape[1:]
    tables = []
    for label, name in enumerate(classes):
        images = rows.images[rows.labels == label]
        images = images if len(images) else np.zeros((1, *shape), np.uint8)
        grey = {"mean": images.mean(axis=0), "deviation": images.std(axis=0)}
        row, column = np.indices(shape).reshape(2, -1)
        whole = {key: np.rint(image).astype(np.uint8).ravel() for key, image in grey.items()}
        tables.append(pd.DataFrame({"class": name, "row": row, "column": column} | whole))
    return pd.concat(tables, ignore_index=True)


def shown_rows(rows: Rows, count: int, seed: int) -> dict[str, np.ndarray]:
    """Positions of the `first` rows, and of as many at `random`, each row at most once."""
    n = len(rows.labels)
    count = min(count, n)
    drawn = np.random.default_rng(seed).choice(n, count, replace=False)
    return {"first": np.arange(count), "random": drawn}


def grid_table(rows: Rows, shown: dict[str, np.ndarray], classes: list[str]) -> pd.DataFrame:
    """One line for each image of each grid: `grid`, `position` in it, `index` in the source file,
    and `label`, the name of its class."""
    tables = []
    for grid, chosen in shown.items():
        part = rows.take(chosen)
        labels = [classes[label] for label in part.labels]
        position = np.arange(len(chosen))
        columns = {"grid": grid, "position": position, "index": part.indices, "label": labels}
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def kept_variance(images: np.ndarray) -> pd.DataFrame:
    """`components` from 1 up, and the share of the variance (`kept`) of images (n, height, width),
    uint8, that so many principal components keep."""
    pixels = images.reshape(len(images), -1) / np.float64(255)
    shares = PCA(svd_solver="covariance_eigh").fit(pixels).explained_variance_ratio_.cumsum()
    components = np.arange(1, len(shares) + 1)
    return pd.DataFrame({"components": components, "kept": shares.round(DIGITS)})
