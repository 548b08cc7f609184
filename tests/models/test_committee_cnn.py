import torch

from stages.models.committee_cnn import build


def test_maps_shrink_as_in_the_original():
    model = build(10, dropout=0.4).eval()
    x, sizes = torch.zeros(2, 1, 28, 28), []
    for layer in model:
        x = layer(x)
        if isinstance(layer, torch.nn.Conv2d):
            sizes.append(tuple(x.shape[1:]))
    assert sizes == [
        (32, 26, 26),
        (32, 24, 24),
        (32, 12, 12),
        (64, 10, 10),
        (64, 8, 8),
        (64, 4, 4),
        (128, 1, 1),
    ]
    assert x.shape == (2, 10)
