"""scikit-learn: fit, score, save and load its estimators (saved with skops, never as a pickle)."""

import re
import warnings
import zipfile
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from unittest import mock

import numpy as np
from sklearn.base import BaseEstimator, is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline

from stages.core.errors import UserError
from stages.core.files import new_file
from stages.core.params import Count, Schema
from stages.core.rows import Rows
from stages.core.scores import loss_and_accuracy
from stages.fitting.augment import Augment, enlarged
from stages.fitting.epochs import EpochLog
from stages.fitting.machine import describe, threads
from stages.fitting.weights import ClassWeight, unweighable

PACKAGES = {
    "scikit-learn": "1.9.1",
    "scikit-learn-intelex": "2026.2.0",
    "daal": "2026.2.0",
    "numpy": "2.4.6",
    "scipy": "1.17.1",
    "skops": "0.16.0",
}
FILE = "model.skops"
# What our estimators hold beside estimators. Nodes of trees run no code, but their indices are not
# checked either, so load only models that come from this pipeline.
TRUSTED = (
    "sklearn.tree._tree.Tree",
    "sklearn.ensemble._hist_gradient_boosting.",
    "sklearn._loss.",
    "stages.models.",
)
MOST_PACKED = 100  # times that an estimator is larger unpacked: forests are 10 times
SCORED = 10_000  # training rows whose accuracy the log tells: neighbours would take minutes for all

# Where a skops schema holds the memory address of an object, which also names its array's file.
ADDRESS = re.compile(r'(?<="__id__": )\d+|\d+(?=\.npy")')

Build = Callable[[], BaseEstimator]


class Fit(Schema):
    """The estimators take their own params when they are built; `copies` is for `affine` alone.

    `class_weight`: of the rows that the estimator sees, augmented ones included; a classifier of
    pairs balances each of its pairs.
    """

    augment: Augment
    copies: Count = 4
    class_weight: ClassWeight = "none"


def fit(
    build: Build, train: Rows, validation: Rows, params: Fit, seed: int, log: EpochLog
) -> BaseEstimator:
    """The fitted estimator; raises `UserError` when it did not converge or cannot weigh rows."""
    model = build()
    if not isinstance(model, BaseEstimator) or not is_classifier(model):
        raise UserError(f"families.{log.name}.model: no scikit-learn classifier but {type(model)}")
    model.set_params(**_everywhere(model, random_state=seed, n_jobs=threads()))
    if params.class_weight != "none":
        weighed = _everywhere(model, class_weight=params.class_weight)
        if not weighed:
            raise unweighable(log.name)
        model.set_params(**weighed)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            rows = enlarged(train, params.augment, seed, params.copies)
            model.set_params(**_no_more_than(model, len(rows.labels)))
            model.fit(_flat(rows.images), rows.labels)
        except ConvergenceWarning as warning:
            reason = str(warning).split("\n")[0]
            raise UserError(
                f"families.{log.name}: did not converge: {reason} Raise "
                f"families.{log.name}.build.max_iter"
            ) from None
    model = _plain(model)
    some = train.take(np.arange(0, len(train.labels), -(-len(train.labels) // SCORED)))
    log.once(
        train=loss_and_accuracy(score(model, some.images), some.labels),
        validation=loss_and_accuracy(score(model, validation.images), validation.labels),
    )
    return model


def score(model: BaseEstimator, images: np.ndarray) -> np.ndarray:
    """Float32 (n, classes) for uint8 images (n, 28, 28).

    Probabilities where the estimator has them, else its decision values.
    """
    tell = model.predict_proba if hasattr(model, "predict_proba") else model.decision_function
    values = tell(_flat(images)).astype(np.float32)
    return values if values.ndim == 2 else np.stack([-values, values], axis=1)


def save(model: BaseEstimator, folder: Path) -> None:
    """Write the estimator as a skops file, the same bytes for the same estimator."""
    _skops().dump(model, folder / FILE)
    _make_canonical(folder / FILE)


def load(build: Build, folder: Path) -> BaseEstimator:
    """Read the estimator back; types that could run code are refused. `build` is not needed."""
    skops = _skops()
    with zipfile.ZipFile(folder / FILE) as packed:
        unpacked = sum(member.file_size for member in packed.infolist())
    if unpacked > MOST_PACKED * (folder / FILE).stat().st_size:
        raise ValueError(f"{unpacked} bytes in so small a file are no estimator's")
    types = skops.get_untrusted_types(file=folder / FILE)
    return skops.load(folder / FILE, trusted=list(filter(_is_trusted, types)))


def parameters(model: BaseEstimator) -> int | None:
    """How many numbers a linear model has learnt; the others' are no parameters."""
    last = model[-1] if isinstance(model, Pipeline) else model
    return last.coef_.size + last.intercept_.size if hasattr(last, "coef_") else None


def environment() -> dict[str, str]:
    """The machine and the versions that a fit here uses."""
    return describe("cpu", PACKAGES)


def _skops() -> ModuleType:
    """skops.io, which lists every estimator of scikit-learn when it is first imported.

    For that it would import all of scikit-learn, and with it PyTorch: two seconds. An empty list
    serves as well, as `_is_trusted` looks at those alone that a file names.
    """
    with mock.patch("sklearn.utils.all_estimators", return_value=[]):
        return import_module("skops.io")


def _is_trusted(name: str) -> bool:
    """Whether a type, by its full name, is an estimator of scikit-learn or in `TRUSTED`."""
    module, _, own = name.rpartition(".")
    if name.startswith(TRUSTED) or module.split(".")[0] != "sklearn":
        return name.startswith(TRUSTED)
    try:
        kind = getattr(import_module(module), own, None)
    except ImportError:
        return False
    return isinstance(kind, type) and issubclass(kind, BaseEstimator)


def _make_canonical(path: Path) -> None:
    """Rewrite a skops file without what differs from run to run: object addresses and times."""
    numbers: dict[str, str] = {}
    with zipfile.ZipFile(path) as old, new_file(path) as temporary:
        schema = old.read("schema.json").decode()
        schema = ADDRESS.sub(lambda at: numbers.setdefault(at[0], str(len(numbers))), schema)
        with zipfile.ZipFile(temporary, "w") as new:
            add = partial(new.writestr, compress_type=zipfile.ZIP_DEFLATED, compresslevel=1)
            for address, number in numbers.items():
                if f"{address}.npy" in old.namelist():
                    add(zipfile.ZipInfo(f"{number}.npy"), old.read(f"{address}.npy"))
            add(zipfile.ZipInfo("schema.json"), schema.encode())


def _flat(images: np.ndarray) -> np.ndarray:
    """float32 (n, pixels) of 0..1."""
    return images.reshape(len(images), -1) / np.float32(255)


def _plain(model: BaseEstimator) -> BaseEstimator:
    """The estimator as scikit-learn's own class: the extension's cannot be saved safely."""
    if isinstance(model, Pipeline):
        return Pipeline([(name, _plain(step)) for name, step in model.steps])
    if not type(model).__module__.startswith("sklearnex"):
        return model
    ours = next(base for base in type(model).__mro__ if base.__module__.startswith("sklearn."))
    plain = ours(**model.get_params())
    learnt = {key: value for key, value in vars(model).items() if not key.startswith("_onedal")}
    vars(plain).update(learnt)
    return plain


def _no_more_than(model: BaseEstimator, rows: int) -> dict[str, int]:
    """Components and neighbours, where more are asked for than there are rows."""
    return {
        name: rows
        for name, value in model.get_params().items()
        if name.endswith(("n_components", "n_neighbors"))
        and isinstance(value, int)
        and value > rows
    }


def _everywhere(model: BaseEstimator, **wanted: int | str) -> dict[str, int | str]:
    """The wanted value for every param that ends in its name, however deep in a pipeline."""
    ends = {name: name.split("__")[-1] for name in model.get_params()}
    return {name: wanted[end] for name, end in ends.items() if end in wanted}
