"""Keras' sequential models as ONNX, layer by layer.

Keras has the channels of an image last, ONNX has them first; what is flattened is turned back.
"""

from collections.abc import Callable

import keras
import numpy as np
from keras import layers
from onnx import ModelProto

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.models.pca_mlp import PrincipalComponents
from stages.serving.onnx_graph import PROBABILITIES, Graph

ACTIVATIONS = {"relu": "Relu", "sigmoid": "Sigmoid", "softmax": "Softmax", "tanh": "Tanh"}


def to_onnx(model: keras.Model) -> ModelProto:
    """The model for images (n, 28, 28, 1) of 0..255, from `images` to `probabilities`, `label`."""
    if not isinstance(model, keras.Sequential):
        raise UserError(f"there is no ONNX converter for a {type(model).__name__}, only Sequential")
    graph = Graph()
    x = graph.floats([-1, 1, SIDE, SIDE])
    for layer in model.layers:
        if type(layer) not in LAYERS:
            raise UserError(
                f"there is no ONNX converter for the Keras layer {type(layer).__name__}"
            )
        x = LAYERS[type(layer)](graph, x, layer)
    return graph.model(x, PROBABILITIES, model.output_shape[-1])


def rescaling(graph: Graph, x: str, layer: layers.Rescaling) -> str:
    scaled = graph.add("Mul", x, np.float32(layer.scale))
    return graph.add("Add", scaled, np.float32(layer.offset)) if layer.offset else scaled


def convolution(graph: Graph, x: str, layer: layers.Conv2D) -> str:
    kernel, *bias = layer.get_weights()
    if layer.groups != 1:
        raise UserError(f"there is no ONNX converter for a convolution of {layer.groups} groups")
    strides = {"strides": list(layer.strides), "dilations": list(layer.dilation_rate)}
    found = graph.add("Conv", x, kernel.transpose(3, 2, 0, 1), *bias, **strides, **padded(layer))
    return activated(graph, found, layer.activation)


def pooling(graph: Graph, x: str, layer: layers.MaxPooling2D) -> str:
    size = {"kernel_shape": list(layer.pool_size), "strides": list(layer.strides)}
    return graph.add("MaxPool", x, **size, **padded(layer))


def padded(layer: layers.Layer) -> dict[str, str]:
    """Keras' padding `same` puts an odd pixel last."""
    return {"auto_pad": "SAME_UPPER" if layer.padding == "same" else "VALID"}


def flat(graph: Graph, x: str, layer: layers.Flatten) -> str:
    return graph.add("Reshape", graph.add("Transpose", x, perm=[0, 2, 3, 1]), [0, -1])


def components(graph: Graph, x: str, layer: PrincipalComponents) -> str:
    centred = graph.add("Sub", x, np.asarray(layer.mean))
    return graph.add("MatMul", centred, np.asarray(layer.axes))


def dense(graph: Graph, x: str, layer: layers.Dense) -> str:
    return activated(graph, graph.add("Gemm", x, *layer.get_weights()), layer.activation)


def activated(graph: Graph, x: str, function: Callable) -> str:
    name = function.__name__
    if name == "linear":
        return x
    if name not in ACTIVATIONS:
        raise UserError(f"there is no ONNX converter for the Keras activation {name}")
    return graph.add(ACTIVATIONS[name], x)


LAYERS: dict[type, Callable[[Graph, str, layers.Layer], str]] = {
    layers.Activation: lambda graph, x, layer: activated(graph, x, layer.activation),
    layers.Conv2D: convolution,
    layers.Dense: dense,
    layers.Dropout: lambda graph, x, layer: x,  # it does nothing once the model is fitted
    layers.Flatten: flat,
    layers.MaxPooling2D: pooling,
    layers.Rescaling: rescaling,
    PrincipalComponents: components,
}
