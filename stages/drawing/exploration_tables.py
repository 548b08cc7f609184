"""Numbers of the data itself: pixels, classes, duplicates, gaps; `exploration` draws them."""

from hashlib import blake2b
from itertools import combinations

import numpy as np
import pandas as pd
from PIL import Image
from sklearn.decomposition import PCA

from stages.core.rows import Rows
from stages.core.scores import DIGITS

# Beside a width of 28, every third pixel lies on diagonals, and none on a column alone.
THIRDS = 3


def numbers(splits: dict[str, Rows], classes: int) -> dict[str, dict[str, int | float]]:
    """What `split_numbers` says of each split, and what splits share.

    `duplicates` is the number of images that repeat an earlier one of the split, pixel for pixel;
    `shared.first_second` the number of images of the second split that occur in the first, and
    `near.first_second` of those that nearly do: others with a third of the pixels, every third,
    equal to those of one image of the first.
    """
    seen = {split: digests(rows.images) for split, rows in splits.items()}
    thirds = {split: digests_of_thirds(rows.images) for split, rows in splits.items()}
    each = {
        split: split_numbers(rows, classes) | {"duplicates": int(seen[split].duplicated().sum())}
        for split, rows in splits.items()
    }
    found = {"shared": {}, "near": {}}
    for a, b in combinations(splits, 2):
        equal = seen[b].isin(seen[a])
        alike = [own.isin(other.dropna()) for own, other in zip(thirds[b], thirds[a], strict=True)]
        found["shared"][f"{a}_{b}"] = int(equal.sum())
        found["near"][f"{a}_{b}"] = int((np.any(alike, axis=0) & ~equal).sum())
    return each | found


def digests(images: np.ndarray) -> pd.Series:
    """A hash of each image; 16 bytes, so that two of a million collide with odds of 1e-27."""
    images = np.asarray(images)
    return pd.Series([blake2b(image.tobytes(), digest_size=16).digest() for image in images])


def digests_of_thirds(images: np.ndarray) -> list[pd.Series]:
    """`digests` of the first of each three pixels, of the second and of the third; NaN where these
    are without ink. Images that differ in two pixels or fewer have one of the three in common."""
    pixels = np.asarray(images).reshape(len(images), -1)
    thirds = [pixels[:, first::THIRDS] for first in range(THIRDS)]
    return [digests(third).where(third.any(axis=1)) for third in thirds]


def split_numbers(rows: Rows, classes: int) -> dict[str, int | float]:
    """Shape and values of the images; `background`, the share of zeros; how many images are of one
    grey all over (`blank`), and how many labels name none of the classes (`unlabelled`)."""
    images, labels = rows.images, rows.labels
    counts = np.array(Image.fromarray(images.reshape(-1, images.shape[2])).histogram())
    values, shares = np.arange(256), counts / counts.sum()
    mean = values @ shares
    return {
        **dict(zip(("rows", "height", "width"), images.shape, strict=True)),
        "min": int(images.min()),
        "max": int(images.max()),
        "mean": round(float(mean), DIGITS),
        "deviation": round(float(np.sqrt((values - mean) ** 2 @ shares)), DIGITS),
        "background": round(float(shares[0]), DIGITS),
        "blank": int((images.max(axis=(1, 2)) == images.min(axis=(1, 2))).sum()),
        "unlabelled": int(((labels < 0) | (labels >= classes)).sum()),
    }


def class_counts(splits: dict[str, Rows], classes: list[str]) -> pd.DataFrame:
    """One line for each split and class: `count`, and `share` of the split's rows."""
    tables = []
    for split, rows in splits.items():
        counts = np.array([(rows.labels == label).sum() for label in range(len(classes))])
        table = pd.DataFrame({"split": split, "class": classes, "count": counts})
        tables.append(table.assign(share=(counts / len(rows.labels)).round(DIGITS)))
    return pd.concat(tables, ignore_index=True)


def class_means(rows: Rows, classes: list[str]) -> pd.DataFrame:
    """One line for each class and pixel: `class`, `row`, `column`, `mean`, `deviation`.

    Mean and standard deviation over the images of the class, rounded to whole grey values; both
    are 0 where the class has no image.
    """
    shape = rows.images.shape[1:]
    row, column = np.indices(shape).reshape(2, -1)
    tables = []
    for label, name in enumerate(classes):
        images = rows.images[rows.labels == label]
        images = images if len(images) else np.zeros((1, *shape), np.uint8)
        table = pd.DataFrame({"class": name, "row": row, "column": column})
        for key, grey in (("mean", images.mean(axis=0)), ("deviation", images.std(axis=0))):
            table[key] = np.rint(grey).astype(np.uint8).ravel()
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def grid_table(rows: Rows, count: int, seed: int, classes: list[str]) -> pd.DataFrame:
    """One line for each image of two grids, the `first` rows and as many at `random`, each row at
    most once in either: `grid`, `position` in it, `index` in the source file, and `label`, the name
    of its class. The lines themselves are indexed by the rows."""
    every = np.arange(len(rows.labels))
    drawn = np.random.default_rng(seed).choice(every, len(every[:count]), replace=False)
    chosen = np.r_[every[:count], drawn]
    columns = {
        "grid": np.repeat(["first", "random"], len(drawn)),
        "position": np.tile(every[:count], 2),
        "index": rows.indices[chosen],
        "label": np.array(classes)[rows.labels[chosen]],
    }
    return pd.DataFrame(columns, chosen)


def kept_variance(images: np.ndarray) -> pd.DataFrame:
    """`components` from 1 up, and the share of the variance (`kept`) of images (n, height, width),
    uint8, that so many principal components keep."""
    pixels = images.reshape(len(images), -1) / np.float64(255)
    shares = PCA(svd_solver="covariance_eigh").fit(pixels).explained_variance_ratio_.cumsum()
    components = np.arange(1, len(shares) + 1)
    return pd.DataFrame({"components": components, "kept": shares.round(DIGITS)})
