"""A convolutional network: two convolutions with pooling, one dense layer with dropout.

Source: the plain network of many Kaggle digit-recognizer notebooks.
"""

import keras
from keras import layers

from stages.core.params import Share


def build(classes: int, *, dropout: Share) -> keras.Model:
    """The network for images (n, 28, 28, 1) of 0..255; returns probabilities (n, classes)."""
    network = [
        layers.Input((28, 28, 1)),
        layers.Rescaling(1 / 255, name="scale"),
        layers.Conv2D(32, 5, padding="same", activation="relu", name="conv1"),
        layers.MaxPooling2D(name="pool1"),
        layers.Conv2D(64, 3, padding="same", activation="relu", name="conv2"),
        layers.MaxPooling2D(name="pool2"),
        layers.Flatten(name="flat"),
        layers.Dense(256, activation="relu", name="dense"),
        layers.Dropout(dropout, name="dropout"),
        layers.Dense(classes, name="logits"),
        layers.Activation("softmax", dtype="float32", name="probabilities"),
    ]
    return keras.Sequential(network)
