"""A small perceptron on principal components, in Keras: PCA, then 45-22-11 units.

The components are a layer of the network, fitted on the training rows before the first epoch. The
second layer's weights have an L2 penalty, the third's an L1 penalty.
"""

import keras
import numpy as np
from keras import layers, ops, regularizers
from sklearn.decomposition import PCA

from stages.core.params import Components, NotNegative


def build(classes: int, *, components: Components, l2: NotNegative, l1: NotNegative) -> keras.Model:
    """The network for images (n, 28, 28, 1) of 0..255; returns probabilities (n, classes)."""
    network = [
        layers.Input((28, 28, 1)),
        layers.Rescaling(1 / 255, name="scale"),
        layers.Flatten(name="flat"),
        PrincipalComponents(components, dtype="float32", name="pca"),
        layers.Dense(45, activation="relu", name="dense1"),
        layers.Dense(22, activation="relu", kernel_regularizer=regularizers.L2(l2), name="dense2"),
        layers.Dense(11, activation="relu", kernel_regularizer=regularizers.L1(l1), name="dense3"),
        layers.Dense(classes, name="logits"),
        layers.Activation("softmax", dtype="float32", name="probabilities"),
    ]
    return keras.Sequential(network)


class PrincipalComponents(layers.Layer):
    """The first principal components of the training pixels, scaled to a mean variance of 1."""

    def __init__(self, components: int, **options: object):
        super().__init__(**options)
        self.components = components

    def build(self, shape: tuple) -> None:
        fixed = {"initializer": "zeros", "trainable": False}
        self.mean = self.add_weight(shape=(shape[-1],), name="mean", **fixed)
        self.axes = self.add_weight(shape=(shape[-1], self.components), name="axes", **fixed)

    def adapt(self, images: np.ndarray) -> None:
        """Find the components of the images (n, 28, 28), uint8; the framework's fit calls it."""
        pixels = images.reshape(len(images), -1) / np.float32(255)
        # Fewer rows than components (in tests alone) leave the last axes at zero.
        found = min(self.components, len(images) - 1)
        pca = PCA(found, svd_solver="covariance_eigh").fit(pixels)
        axes = np.zeros(self.axes.shape, np.float32)
        axes[:, :found] = pca.components_.T / np.sqrt(pca.explained_variance_.mean())
        self.mean.assign(pca.mean_)
        self.axes.assign(axes)

    def call(self, pixels: object) -> object:
        return ops.matmul(pixels - self.mean, self.axes)
