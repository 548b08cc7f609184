"""scikit-learn: fit, score, save and load its estimators (saved with skops, never as a pickle)."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import skops.io
from sklearn.base import ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, log_loss

from stages.common.epochs import EpochLog
from stages.common.errors import UserError
from stages.common.machine import describe, threads
from stages.common.params import Schema
from stages.common.rows import Rows

FILE = "model.skops"
# The one type beyond skops' own list that our estimators hold: the nodes of a tree, plain arrays.
TRUSTED = ["sklearn.tree._tree.Tree"]


class Fit(Schema):
    """scikit-learn's own estimators take all their params when they are built."""


def fit(
    build: Callable[[], ClassifierMixin],
    train: Rows,
    validation: Rows,
    params: Fit,
    seed: int,
    log: EpochLog,
) -> ClassifierMixin:
    """The fitted estimator; raises `UserError` when it did not converge."""
    model = build()
    if not isinstance(model, ClassifierMixin):
        raise UserError(f"families.{log.name}.model: no scikit-learn classifier but {type(model)}")
    model.set_params(**_seeds_and_threads(model, seed))
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            model.fit(_flat(train.images), train.labels)
        except ConvergenceWarning as warning:
            reason = str(warning).split("\n")[0]
            raise UserError(
                f"families.{log.name}: did not converge: {reason} Raise "
                f"families.{log.name}.build.max_iter"
            ) from None
    log(train=_loss_and_accuracy(model, train), validation=_loss_and_accuracy(model, validation))
    return model


def score(model: ClassifierMixin, images: np.ndarray) -> np.ndarray:
    """Probabilities, float32 (n, classes), for uint8 images (n, 28, 28)."""
    return model.predict_proba(_flat(images)).astype(np.float32)


def save(model: ClassifierMixin, folder: Path) -> None:
    """Write the estimator as a skops file."""
    skops.io.dump(model, folder / FILE)


def load(build: Callable[[], ClassifierMixin], folder: Path) -> ClassifierMixin:
    """Read the estimator back; types that could run code are refused. `build` is not needed."""
    return skops.io.load(folder / FILE, trusted=TRUSTED)


def environment() -> dict[str, str]:
    """The machine and the versions that a fit here uses."""
    return describe("cpu", ["scikit-learn", "scikit-learn-intelex", "numpy"])


def _flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1)


def _seeds_and_threads(model: ClassifierMixin, seed: int) -> dict[str, int]:
    """Every `random_state` and `n_jobs`, however deep in a pipeline."""
    names = model.get_params()
    states = {name: seed for name in names if name.split("__")[-1] == "random_state"}
    return states | {name: threads() for name in names if name.split("__")[-1] == "n_jobs"}


def _loss_and_accuracy(model: ClassifierMixin, rows: Rows) -> tuple[float, float]:
    scores = score(model, rows.images)
    loss = log_loss(rows.labels, scores.astype(np.float64), labels=model.classes_)
    return float(loss), float(accuracy_score(rows.labels, scores.argmax(axis=1)))
