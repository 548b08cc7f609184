"""Keras on TensorFlow: fit, score, save and load its models (weights saved with safetensors)."""

import functools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from safetensors.numpy import load_file, save_file

from stages.core.errors import UserError
from stages.core.params import Count, Positive, Schema
from stages.core.rows import Rows
from stages.fitting.augment import Augment, enlarged, one_epoch
from stages.fitting.epochs import MIN_STEPS, EpochLog, repeated
from stages.fitting.machine import describe, device, threads
from stages.fitting.weights import ClassWeight, class_weights


@contextmanager
def _silence() -> Iterator[None]:
    """Hold back what compiled code prints on stderr; it is shown after all when the block fails."""
    before = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(before, held.read())
            raise
        finally:
            os.dup2(before, 2)
            os.close(before)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # read once, when TensorFlow is imported
os.environ["KERAS_BACKEND"] = "tensorflow"
# TensorFlow logs some lines before it has read its own log level.
with _silence():
    import keras
    import tensorflow as tf

PACKAGES = {"tensorflow": "2.21.0", "keras": "3.15.1", "numpy": "2.4.6", "safetensors": "0.8.0"}
FILE = "model.safetensors"
SCORE_BATCH = 1000
LOSS = "sparse_categorical_crossentropy"
OPTIMIZERS = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}

Build = Callable[[], keras.Model]


class Fit(Schema):
    """Stops once the validation loss has not improved for `patience` epochs, and keeps the best;
    with no patience at all (null) it runs to the end and keeps that.

    The learning rate is multiplied by `decay` after every epoch. `min_steps`: an epoch goes over
    few rows several times, for so many steps in all. `class_weight` is for the loss of each step
    and of the validation rows that stop the fit; the losses that are told then count every row
    alike, as other fits' do, and have no penalty in them.
    """

    epochs: Count
    min_steps: Count = MIN_STEPS
    batch_size: Count
    optimizer: Literal["adam", "rmsprop"]
    learning_rate: Positive
    decay: Annotated[float, Field(gt=0, le=1)] = 1.0
    patience: Count | None
    precision: Literal["float32", "mixed_bfloat16"] = "float32"
    augment: Augment
    class_weight: ClassWeight = "none"


def fit(
    build: Build, train: Rows, validation: Rows, params: Fit, seed: int, log: EpochLog
) -> keras.Model:
    """The fitted model, in float32."""
    _prepare()
    keras.utils.set_random_seed(seed)
    model = _build(build, params.precision)
    if not isinstance(model, keras.Model):
        raise UserError(f"families.{log.name}.model: no Keras model but {type(model)}")
    batches = _Batches(train, params, seed)
    for layer in model.layers:
        if hasattr(layer, "adapt"):
            layer.adapt(train.images)
    _compile(model, params, len(batches))
    weights = class_weights(batches.rows.labels, params.class_weight)
    best = keras.callbacks.EarlyStopping(patience=params.patience or 0, restore_best_weights=True)
    tell = keras.callbacks.LambdaCallback(on_epoch_end=functools.partial(_tell, log))
    model.fit(
        batches,
        epochs=params.epochs,
        class_weight=None if weights is None else dict(enumerate(weights)),
        validation_data=_held_out(validation, params.class_weight),
        validation_batch_size=SCORE_BATCH,
        callbacks=[tell, best] if params.patience else [tell],
        verbose=0,
    )
    if params.patience:
        log.refit = {"epochs": best.best_epoch + 1, "patience": None}
    fitted = _build(build)
    fitted.set_weights(model.get_weights())
    return fitted


def _compile(model: keras.Model, params: Fit, steps: int) -> None:
    """`steps`: how many an epoch has."""
    rate = keras.optimizers.schedules.ExponentialDecay(
        params.learning_rate, steps, params.decay, staircase=True
    )
    # Keras weighs the loss, and no metric: beside a weighted loss the plain one is such a metric.
    told = ["accuracy"] if params.class_weight == "none" else ["accuracy", LOSS]
    model.compile(OPTIMIZERS[params.optimizer](rate), LOSS, metrics=told, jit_compile=False)


def _held_out(rows: Rows, kind: ClassWeight) -> tuple[np.ndarray, ...]:
    """Images and labels, and weights where there are any, as `keras.Model.fit` takes them."""
    weights = class_weights(rows.labels, kind)
    pair = (rows.images[..., None], rows.labels)
    return pair if weights is None else (*pair, weights[rows.labels])


def _tell(log: EpochLog, epoch: int, logs: dict[str, float]) -> None:
    loss = LOSS if LOSS in logs else "loss"
    train, validation = ((logs[f"{of}{loss}"], logs[f"{of}accuracy"]) for of in ("", "val_"))
    log(train=train, validation=validation)


class _Batches(keras.utils.PyDataset):
    """The training rows in a new order, and augmented anew, for each epoch."""

    def __init__(self, rows: Rows, params: Fit, seed: int):
        super().__init__()
        rows = enlarged(rows, params.augment, seed)
        self.rows = repeated(rows, params.epochs, params.batch_size, params.min_steps)
        self.params = params
        self.rng = np.random.default_rng(seed)
        self.on_epoch_end()

    def __len__(self) -> int:
        return -(-len(self.rows.labels) // self.params.batch_size)

    def __getitem__(self, batch: int) -> tuple[np.ndarray, np.ndarray]:
        start = batch * self.params.batch_size
        chosen = self.order[start : start + self.params.batch_size]
        return self.images[chosen, ..., None], self.rows.labels[chosen]

    def on_epoch_end(self) -> None:
        self.order = self.rng.permutation(len(self.rows.labels))
        self.images = one_epoch(self.rows.images, self.params.augment, self.rng)


def score(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Probabilities, float32 (n, classes), for uint8 images (n, 28, 28)."""
    if len(images) <= SCORE_BATCH:
        return model.predict_on_batch(images[..., None])  # `predict` takes longer to get ready
    return model.predict(images[..., None], batch_size=SCORE_BATCH, verbose=0)


def save(model: keras.Model, folder: Path) -> None:
    """Write the weights under their Keras paths; the architecture is code."""
    save_file({_key(weight): np.asarray(weight) for weight in model.weights}, folder / FILE)


def load(build: Build, folder: Path) -> keras.Model:
    """Build the architecture and give it the saved weights."""
    _prepare()
    model, saved = _build(build), load_file(folder / FILE)
    model.set_weights([saved[_key(weight)] for weight in model.weights])
    return model


def parameters(model: keras.Model) -> int:
    """How many numbers are trained."""
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def environment() -> dict[str, str]:
    """The machine and the versions that a fit here uses."""
    _prepare()
    gpus = tf.config.get_visible_devices("GPU")
    name = tf.config.experimental.get_device_details(gpus[0])["device_name"] if gpus else "cpu"
    return describe(name, PACKAGES)


@functools.cache  # TensorFlow takes these settings once in a process
def _prepare() -> None:
    if device() == "cpu":
        tf.config.set_visible_devices([], "GPU")
    elif device() == "cuda" and not tf.config.get_visible_devices("GPU"):
        raise UserError("environment variable DEVICE: 'cuda', but TensorFlow sees no GPU here")
    tf.config.threading.set_intra_op_parallelism_threads(threads())
    tf.config.experimental.enable_op_determinism()


def _build(build: Build, precision: str = "float32") -> keras.Model:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        return build()
    finally:
        keras.config.set_dtype_policy(before)


def _key(weight: keras.Variable) -> str:
    """LAYER/WEIGHT: Keras puts the model's own name before it, which counts up in a process."""
    return weight.path.split("/", 1)[1]
