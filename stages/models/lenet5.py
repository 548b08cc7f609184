"""LeNet-5, faithful to LeCun, Bottou, Bengio, Haffner (1998), section II.B.

Its only departure: class scores are a linear layer with softmax, not distances to bitmaps of
characters. Trainable counts: C1 156, S2 12, C3 1,516, S4 32, C5 48,120, F6 10,164.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, pad

# Which of the six S2 maps each of the sixteen C3 maps sees (table I of the paper).
C3_SEES = [
    *([i, (i + 1) % 6, (i + 2) % 6] for i in range(6)),
    *(sorted((i + j) % 6 for j in range(4)) for i in range(6)),
    [0, 1, 3, 4],
    [1, 2, 4, 5],
    [0, 2, 3, 5],
    [0, 1, 2, 3, 4, 5],
]


def build(classes: int) -> nn.Module:
    """The network for float images (n, 1, 28, 28) of 0..255; returns logits (n, classes)."""
    layers = OrderedDict(
        input=Standardise(),
        c1=nn.Conv2d(1, 6, 5),
        c1_squash=ScaledTanh(),
        s2=Subsampling(6),
        s2_squash=ScaledTanh(),
        c3=PartialConv(6, C3_SEES, 5),
        c3_squash=ScaledTanh(),
        s4=Subsampling(16),
        s4_squash=ScaledTanh(),
        c5=nn.Conv2d(16, 120, 5),
        c5_squash=ScaledTanh(),
        flat=nn.Flatten(),
        f6=nn.Linear(120, 84),
        f6_squash=ScaledTanh(),
        output=nn.Linear(84, classes),
    )
    return nn.Sequential(layers)


class Standardise(nn.Module):
    """Pad 28x28 to 32x32; background -0.1 and ink 1.175, so that the mean is about 0."""

    def forward(self, images: Tensor) -> Tensor:
        return pad(images, (2, 2, 2, 2)) * (1.275 / 255) - 0.1


class ScaledTanh(nn.Module):
    """1.7159 tanh(2x/3): +1 and -1 are its points of greatest curvature."""

    def forward(self, x: Tensor) -> Tensor:
        return 1.7159 * torch.tanh(x * (2 / 3))


class Subsampling(nn.Module):
    """2x2 average pooling, then one trainable coefficient and one bias for each map."""

    def __init__(self, maps: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(maps, 1, 1))
        self.bias = nn.Parameter(torch.zeros(maps, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return avg_pool2d(x, 2) * self.weight + self.bias


class PartialConv(nn.Module):
    """A convolution whose output maps each see only some input maps; unseen ones have no weight."""

    def __init__(self, maps: int, sees: list[list[int]], size: int):
        super().__init__()
        self.shape = (len(sees), maps, size, size)
        pairs = [out * maps + seen for out, row in enumerate(sees) for seen in row]
        self.register_buffer("pairs", torch.tensor(pairs), persistent=False)
        weights = [nn.init.kaiming_uniform_(torch.empty(len(row), size**2), 5**0.5) for row in sees]
        self.weight = nn.Parameter(torch.cat(weights))
        self.bias = nn.Parameter(torch.zeros(len(sees)))

    def forward(self, x: Tensor) -> Tensor:
        out, maps, height, width = self.shape
        dense = self.weight.new_zeros(out * maps, height * width)
        dense = dense.index_copy(0, self.pairs, self.weight)
        return conv2d(x, dense.view(self.shape), self.bias)
