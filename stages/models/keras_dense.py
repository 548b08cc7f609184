"""A plain multilayer perceptron in Keras: fully connected layers with relu between them."""

import keras
from keras import layers

from stages.core.params import Width


def build(classes: int, *, hidden: list[Width]) -> keras.Model:
    """The network for images (n, 28, 28, 1) of 0..255; returns probabilities (n, classes).

    `hidden` lists the units of each hidden layer.
    """
    network = [
        layers.Input((28, 28, 1)),
        layers.Rescaling(1 / 255, name="scale"),
        layers.Flatten(name="flat"),
        *(
            layers.Dense(units, activation="relu", name=f"dense{number}")
            for number, units in enumerate(hidden, start=1)
        ),
        layers.Dense(classes, name="logits"),
        layers.Activation("softmax", dtype="float32", name="probabilities"),
    ]
    return keras.Sequential(network)
