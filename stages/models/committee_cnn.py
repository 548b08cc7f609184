"""The network of Chris Deotte's Kaggle committee of 15: strided convolutions in place of pooling.

Source: "25 Million Images! [0.99757] MNIST" on Kaggle, 2018. How many of them are fitted and scored
as one is the fit param `members`.
"""

from torch import nn

from stages.core.params import Share


def build(classes: int, *, dropout: Share) -> nn.Module:
    """The network for float images (n, 1, 28, 28) of 0..255; returns logits (n, classes)."""
    return nn.Sequential(
        nn.BatchNorm2d(1, affine=False),
        *conv(1, 32, 3),
        *conv(32, 32, 3),
        *conv(32, 32, 5, stride=2, padding=2),
        nn.Dropout(dropout),
        *conv(32, 64, 3),
        *conv(64, 64, 3),
        *conv(64, 64, 5, stride=2, padding=2),
        nn.Dropout(dropout),
        *conv(64, 128, 4),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(128, classes),
    )


def conv(inside: int, outside: int, size: int, **options: int) -> list[nn.Module]:
    """A convolution, relu, then normalisation."""
    return [nn.Conv2d(inside, outside, size, **options), nn.ReLU(), nn.BatchNorm2d(outside)]
