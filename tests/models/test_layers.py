"""What layers give and hold, by hand: sizes of maps, and (inputs + 1) times outputs weights."""

from importlib import import_module

import numpy as np
import pytest
import torch
from torch import nn

from stages.models.lenet5 import PartialConv, Standardise, Subsampling

DENSE_3 = 785 * 392 + 393 * 196 + 197 * 10
DEEP = 26 * 32 + 801 * 32 + 289 * 64 + 577 * 64 + 3137 * 256 + 257 * 10
COUNTS = [
    ("keras_cnn", {"dropout": 0.5}, 26 * 32 + 289 * 64 + 3137 * 256 + 257 * 10),
    ("keras_deep_cnn", {"dropout": [0.2, 0.25, 0.5]}, DEEP),
    ("keras_mlp", {"l2": 0.01}, 785 * 784 + 785 * 784 + 785 * 392 + 393 * 196 + 197 * 10),
    ("keras_simple", {"units": 256, "dropout": 0.5}, 785 * 256 + 257 * 10),
    ("keras_dense", {"hidden": [392, 196]}, DENSE_3),
    ("mlp", {"hidden": [392, 196]}, DENSE_3),
    ("mlp", {"hidden": [5, 7]}, 785 * 5 + 6 * 7 + 8 * 10),
    ("pca_mlp", {"components": 45, "l2": 0.0, "l1": 0.0}, 46 * 45 + 46 * 22 + 23 * 11 + 12 * 10),
    ("fast_cnn", {}, 25 * 16 + 9 * 16 * 32 + 9 * 32 * 64 + 2 * (16 + 32 + 64) + 577 * 10),
]
OF_LENET = (Standardise, nn.Conv2d, Subsampling, PartialConv, nn.Linear)
IN_LENET = [(1, 32), (6, 28), (6, 14), (16, 10), (16, 5), (120, 1), (84,), (10,)]
IN_COMMITTEE = [(32, 26), (32, 24), (32, 12), (64, 10), (64, 8), (64, 4), (128, 1)]
IN_TORCH_CNN = [(4, 14), (8, 7), (16, 3)]
MAPS = [
    ("lenet5", {}, OF_LENET, IN_LENET),
    ("committee_cnn", {"dropout": 0.4}, nn.Conv2d, IN_COMMITTEE),
    ("torch_cnn", {"channels": [4, 8, 16], "dropout": 0.0}, nn.MaxPool2d, IN_TORCH_CNN),
]


def build(model, arguments):
    return import_module(f"stages.models.{model}").build(10, **arguments)


@pytest.mark.parametrize(("model", "arguments", "expected"), COUNTS)
def test_weights_are_those_of_the_described_layers(model, arguments, expected):
    built = build(model, arguments)
    weights = built.trainable_weights if hasattr(built, "layers") else built.parameters()
    assert sum(np.prod(weight.shape) for weight in weights) == expected


@pytest.mark.parametrize(("model", "arguments", "kinds", "expected"), MAPS)
def test_maps_have_the_described_sizes(model, arguments, kinds, expected):
    x, sizes = torch.zeros(2, 1, 28, 28), []
    for layer in build(model, arguments).eval():
        x = layer(x)
        if isinstance(layer, kinds):
            _, channels, *sides = x.shape
            sizes.append((channels, *set(sides)))  # all maps are square
    assert sizes == expected
    assert x.shape == (2, 10)


def test_keras_mlp_penalises_its_last_two_hidden_layers():
    layers = build("keras_mlp", {"l2": 0.01}).layers
    penalised = {layer.name for layer in layers if getattr(layer, "kernel_regularizer", None)}
    assert penalised == {"dense3", "dense4"}
