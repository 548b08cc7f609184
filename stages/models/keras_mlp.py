"""A deep perceptron in Keras: 784-784-392-196 units, the last two layers with an L2 penalty."""

import keras
from keras import layers, regularizers

from stages.core.params import NotNegative


def build(classes: int, *, l2: NotNegative) -> keras.Model:
    """The network for images (n, 28, 28, 1) of 0..255; returns probabilities (n, classes)."""
    penalty = regularizers.L2(l2)
    network = [
        layers.Input((28, 28, 1)),
        layers.Rescaling(1 / 255, name="scale"),
        layers.Flatten(name="flat"),
        layers.Dense(784, activation="relu", name="dense1"),
        layers.Dense(784, activation="relu", name="dense2"),
        layers.Dense(392, activation="relu", kernel_regularizer=penalty, name="dense3"),
        layers.Dense(196, activation="relu", kernel_regularizer=penalty, name="dense4"),
        layers.Dense(classes, name="logits"),
        layers.Activation("softmax", dtype="float32", name="probabilities"),
    ]
    return keras.Sequential(network)
