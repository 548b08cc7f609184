"""The simplest Keras network of many Kaggle notebooks: one hidden layer with dropout."""

import keras
from keras import layers

from stages.core.params import Share, Width


def build(classes: int, *, units: Width, dropout: Share) -> keras.Model:
    """The network for images (n, 28, 28, 1) of 0..255; returns probabilities (n, classes)."""
    network = [
        layers.Input((28, 28, 1)),
        layers.Rescaling(1 / 255, name="scale"),
        layers.Flatten(name="flat"),
        layers.Dense(units, activation="relu", name="dense"),
        layers.Dropout(dropout, name="dropout"),
        layers.Dense(classes, name="logits"),
        layers.Activation("softmax", dtype="float32", name="probabilities"),
    ]
    return keras.Sequential(network)
