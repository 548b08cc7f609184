"""The simplest Keras network of many Kaggle notebooks: one hidden layer with dropout."""

from typing import Annotated

import keras
from keras import layers
from pydantic import Field


def build(
    classes: int,
    *,
    units: Annotated[int, Field(ge=1)],
    dropout: Annotated[float, Field(ge=0, lt=1)],
) -> keras.Model:
    """The network for images (n, 28, 28, 1) of 0..255; returns probabilities (n, classes)."""
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255, name="scale"),
            layers.Flatten(name="flat"),
            layers.Dense(units, activation="relu", name="dense"),
            layers.Dropout(dropout, name="dropout"),
            layers.Dense(classes, name="logits"),
            layers.Activation("softmax", dtype="float32", name="probabilities"),
        ]
    )
