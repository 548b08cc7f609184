"""A multilayer perceptron in PyTorch: fully connected layers with relu between them."""

from itertools import pairwise

from torch import Tensor, nn

from stages.core.params import Width


def build(classes: int, *, hidden: list[Width]) -> nn.Module:
    """The network for float images (n, 1, 28, 28) of 0..255; returns logits (n, classes).

    `hidden` lists the units of each hidden layer.
    """
    sizes = [784, *hidden]
    layers = [layer for a, b in pairwise(sizes) for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(Scale(), nn.Flatten(), *layers, nn.Linear(sizes[-1], classes))


class Scale(nn.Module):
    """Pixels of 0..255 to 0..1."""

    def forward(self, images: Tensor) -> Tensor:
        return images / 255
