"""ONNX graphs, written node by node: uint8 digits go in, scores and the label come out."""

from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper

from stages.core.rows import SIDE

IMAGES = "images"  # the input, uint8 (n, 28, 28)
LABEL = "label"  # an output, int64 (n,); the other, float32 (n, classes), goes by one of these:
PROBABILITIES = "probabilities"
SCORES = "scores"
# Neither is the newest, so that older runtimes can read the files.
OPSETS = {"": 18, "ai.onnx.ml": 3}
FORMAT = 10


class Graph:
    """Nodes and constants as they are added; a value goes by its name."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def add(
        self, kind: str, *inputs: str | np.ndarray | list[int], result: str = "", **attributes: Any
    ) -> str:
        """Add a node; the name of its result. What is no name among the inputs is a constant."""
        result = result or f"{kind.lower()}_{len(self.nodes)}"
        names = [each if isinstance(each, str) else self._constant(each) for each in inputs]
        self.nodes.append(helper.make_node(kind, names, [result], name=result, **attributes))
        return result

    def least(self, values: str, count: int) -> str:
        """The columns (n, count) of the least values of each row."""
        result = f"topk_{len(self.nodes)}"
        names = [values, self._constant([count])]
        self.nodes.append(helper.make_node("TopK", names, [f"{result}_values", result], largest=0))
        return result

    def floats(self, shape: list[int]) -> str:
        """The input as float32 of 0..255 in another shape, whose first length is -1: any n."""
        return self.add("Reshape", self.add("Cast", IMAGES, to=TensorProto.FLOAT), shape)

    def model(self, scores: str, name: str, classes: int) -> ModelProto:
        """The finished, checked model; its outputs are the scores under `name`, and their label."""
        self.add("Identity", scores, result=name)
        self.add("ArgMax", name, result=LABEL, axis=1, keepdims=0)
        graph = helper.make_graph(
            self.nodes,
            "digits",
            [helper.make_tensor_value_info(IMAGES, TensorProto.UINT8, ["n", SIDE, SIDE])],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", classes]),
                helper.make_tensor_value_info(LABEL, TensorProto.INT64, ["n"]),
            ],
            self.constants,
        )
        opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=FORMAT)
        checker.check_model(model)
        return model

    def _constant(self, value: np.ndarray | list[int]) -> str:
        """Its name; float32 and int64 are the only types."""
        array = np.asarray(value)
        array = array.astype(np.int64 if array.dtype.kind in "iu" else np.float32)
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array.copy(order="C"), name))
        return name
