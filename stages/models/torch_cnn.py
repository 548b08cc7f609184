"""A small convolutional network for PyTorch: the accuracy that a minute on two cores can buy.

Stages of 3x3 convolutions with batch normalisation, one in the first and two in each other; the
map halves after every stage, and the mean of the last one's maps decides.
"""

from typing import Annotated

from pydantic import Field
from torch import Tensor, nn

from stages.core.params import Share, Width

# Each stage halves the map of 28x28.
Channels = Annotated[list[Width], Field(min_length=1, max_length=4)]


def build(classes: int, *, channels: Channels, dropout: Share) -> nn.Module:
    """The network for float images (n, 1, 28, 28) of 0..255; returns logits (n, classes).

    `channels` lists the maps of each stage.
    """
    first, *others = channels
    stages, inside = [*conv(1, first), nn.MaxPool2d(2)], first
    for outside in others:
        stages += [*conv(inside, outside), *conv(outside, outside), nn.MaxPool2d(2)]
        inside = outside
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), nn.Linear(inside, classes)]
    return nn.Sequential(Standardise(), *stages, *head)


def conv(inside: int, outside: int) -> list[nn.Module]:
    """A 3x3 convolution that keeps the size, normalised, with relu."""
    convolution = nn.Conv2d(inside, outside, 3, padding=1, bias=False)
    return [convolution, nn.BatchNorm2d(outside), nn.ReLU(inplace=True)]


class Standardise(nn.Module):
    """Pixels of 0..255 to about mean 0 and deviation 1 (MNIST's own are 33.3 and 78.6)."""

    def forward(self, images: Tensor) -> Tensor:
        return (images - 33.3) / 78.6
