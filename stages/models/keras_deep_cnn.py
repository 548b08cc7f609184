"""A deeper convolutional network: pairs of convolutions, He initialisation, dropout after pools.

Source: the network of many Kaggle digit-recognizer notebooks.
"""

import keras
from keras import layers

from stages.core.params import Share


def build(classes: int, *, dropout: list[Share]) -> keras.Model:
    """The network for images (n, 28, 28, 1) of 0..255; returns probabilities (n, classes).

    `dropout`: three shares, after the first pool, after the second, and before the output.
    """
    first, second, last = dropout
    network = [
        layers.Input((28, 28, 1)),
        layers.Rescaling(1 / 255, name="scale"),
        *convolutions(1, 32, 5),
        layers.Dropout(first, name="dropout1"),
        *convolutions(2, 64, 3),
        layers.Dropout(second, name="dropout2"),
        layers.Flatten(name="flat"),
        layers.Dense(256, activation="relu", name="dense"),
        layers.Dropout(last, name="dropout3"),
        layers.Dense(classes, name="logits"),
        layers.Activation("softmax", dtype="float32", name="probabilities"),
    ]
    return keras.Sequential(network)


def convolutions(number: int, channels: int, size: int) -> list[layers.Layer]:
    """Two convolutions that keep the size of the maps, then a pool that halves it."""
    keep = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    return [
        layers.Conv2D(channels, size, **keep, name=f"conv{number}a"),
        layers.Conv2D(channels, size, **keep, name=f"conv{number}b"),
        layers.MaxPooling2D(name=f"pool{number}"),
    ]
