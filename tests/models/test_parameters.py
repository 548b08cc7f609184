"""Numbers of trained weights, each layer counted by hand: (inputs + 1) times outputs."""

from importlib import import_module

import pytest

DENSE_3 = 785 * 392 + 393 * 196 + 197 * 10  # the network that three libraries share
COUNTS = [
    ("keras_cnn", {"dropout": 0.5}, 26 * 32 + 289 * 64 + 3137 * 256 + 257 * 10),
    (
        "keras_deep_cnn",
        {"dropout": [0.2, 0.25, 0.5]},
        26 * 32 + 801 * 32 + 289 * 64 + 577 * 64 + 3137 * 256 + 257 * 10,
    ),
    ("keras_mlp", {"l2": 0.01}, 785 * 784 + 785 * 784 + 785 * 392 + 393 * 196 + 197 * 10),
    ("keras_simple", {"units": 256, "dropout": 0.5}, 785 * 256 + 257 * 10),
    ("keras_dense", {"hidden": [392, 196]}, DENSE_3),
    ("mlp", {"hidden": [392, 196]}, DENSE_3),
    ("mlp", {"hidden": [5, 7]}, 785 * 5 + 6 * 7 + 8 * 10),
    ("pca_mlp", {"components": 45, "l2": 0.0, "l1": 0.0}, 46 * 45 + 46 * 22 + 23 * 11 + 12 * 10),
    ("fast_cnn", {}, 25 * 16 + 9 * 16 * 32 + 9 * 32 * 64 + 2 * (16 + 32 + 64) + 577 * 10),
]


@pytest.mark.parametrize(("model", "arguments", "expected"), COUNTS)
def test_weights_are_those_of_the_described_layers(model, arguments, expected):
    built = import_module(f"stages.models.{model}").build(10, **arguments)
    if hasattr(built, "trainable_weights"):
        found = sum(weight.shape.num_elements() for weight in map(_value, built.trainable_weights))
    else:
        found = sum(weight.numel() for weight in built.parameters())
    assert found == expected


def _value(weight):
    return weight.value


def test_keras_mlp_penalises_its_last_two_hidden_layers():
    model = import_module("stages.models.keras_mlp").build(10, l2=0.01)
    penalised = {layer.name for layer in model.layers if getattr(layer, "kernel_regularizer", None)}
    assert penalised == {"dense3", "dense4"}
