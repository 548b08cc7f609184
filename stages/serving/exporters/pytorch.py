"""PyTorch's modules as ONNX, by its own exporter."""

import logging
import warnings

import torch
from onnx import ModelProto
from torch import Tensor, nn

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.serving.onnx_graph import IMAGES, LABEL, OPSETS, PROBABILITIES


class Answer(nn.Module):
    """A network for float images (n, 1, 28, 28), with what stands before and behind it."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Probabilities (n, classes) and labels (n,) for uint8 images (n, 28, 28)."""
        probabilities = self.network(images.unsqueeze(1).float()).softmax(1)
        return probabilities, probabilities.argmax(1)


def to_onnx(model: nn.Module) -> ModelProto:
    """The module, in evaluation mode, from `images` to `probabilities` and `label`."""
    # It logs that torchvision is missing and warns of how it copies: nothing to act upon.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        try:
            return _exported(Answer(model).cpu().eval())
        except torch.onnx.OnnxExporterError as error:
            reason = str(error.__cause__ or error).split("\n")[0]
            raise UserError(f"there is no ONNX converter for this module: {reason}") from None


def _exported(answer: Answer) -> ModelProto:
    # Two digits: the exporter takes a length of one for a fixed one.
    images = torch.zeros(2, SIDE, SIDE, dtype=torch.uint8)
    return torch.onnx.export(
        answer,
        (images,),
        input_names=[IMAGES],
        output_names=[PROBABILITIES, LABEL],
        dynamic_shapes={IMAGES: {0: torch.export.Dim("n")}},
        opset_version=OPSETS[""],
        dynamo=True,
        verbose=False,
    ).model_proto
