"""How fast and how well families fit and answer, for `make bench`."""

import statistics
import time
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from stages.core.params import read_family
from stages.core.paths import TEST, TRAIN, VALIDATION
from stages.core.rows import Rows, load_dataset, load_rows
from stages.core.scores import accuracy
from stages.fitting.epochs import EpochLog
from stages.fitting.family import open_block


def fit_and_score(name: str, seed: int, rows: int | None = None) -> tuple[float, float, float]:
    """Seconds of fitting on the first `rows`, seconds of scoring the test rows, test accuracy."""
    block = read_family(name).model_copy(update={"seed": seed})
    family = open_block(name, block, len(load_dataset(TRAIN).classes))
    train, validation, test = (load_rows(folder) for folder in (TRAIN, VALIDATION, TEST))
    train = Rows(*(array[:rows] for array in train))
    start = time.perf_counter()
    model = family.fit(train, validation, EpochLog(name))
    fitting = time.perf_counter() - start
    start = time.perf_counter()
    scores = family.score(model, test.images)
    return fitting, time.perf_counter() - start, accuracy(scores, test.labels)


def over_seeds(
    name: str, count: int, most_seconds: float, least_accuracy: float
) -> list[tuple[str, float, str]]:
    """A family over several seeds, after a first fit that loads what the library loads late."""
    fit_and_score("fast_cnn", seed=0)
    runs = [fit_and_score(name, seed) for seed in range(count)]
    found, median = [run[2] for run in runs], statistics.median(run[0] for run in runs)
    return [
        (f"test accuracy, mean of {count} seeds", np.mean(found), f">= {least_accuracy}"),
        (f"test accuracy, standard deviation of {count} seeds", np.std(found, ddof=1), ""),
        (f"seconds of fitting, median of {count}", median, f"<= {most_seconds}"),
    ]


def plain(name: str, build: dict[str, Any]) -> ClassifierMixin:
    """scikit-learn's own classifier with the family's `build` params; neighbours on all cores."""
    if name == "knn":
        return KNeighborsClassifier(build["neighbors"], weights=build["weights"], n_jobs=-1)
    return SVC(C=build["C"], gamma=build["gamma"])


def against_plain(name: str, least: float, rows: int | None = None) -> list[tuple[str, float, str]]:
    """`knn` or `svm` against `plain`: on all pixels, the same training rows."""
    train, test = load_rows(TRAIN), load_rows(TEST)
    fitting, scoring, own = fit_and_score(name, 0, rows)
    ours = fitting + scoring
    pixels, asked = (
        each.images.reshape(len(each.images), -1) / np.float32(255) for each in (train, test)
    )
    classifier = plain(name, read_family(name).build)
    start = time.perf_counter()
    found = classifier.fit(pixels[:rows], train.labels[:rows]).predict(asked)
    theirs = time.perf_counter() - start
    return [
        ("training digits", len(train.labels[:rows]), ""),
        ("seconds to fit and predict", ours, ""),
        ("seconds of plain scikit-learn", theirs, ""),
        ("times faster than plain scikit-learn", theirs / ours, f">= {least}"),
        ("test accuracy", own, ""),
        ("test accuracy of plain scikit-learn", np.mean(found == test.labels), ""),
    ]
