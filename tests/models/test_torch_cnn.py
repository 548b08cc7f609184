import torch

from stages.models.torch_cnn import build


def test_each_stage_halves_the_map_and_the_last_decides():
    model = build(7, channels=[4, 8, 16], dropout=0.0).eval()
    shapes, x = [], torch.zeros(2, 1, 28, 28)
    for layer in model:
        x = layer(x)
        shapes.append(tuple(x.shape))
    pooled = [
        shape[1:]
        for shape, layer in zip(shapes, model, strict=True)
        if isinstance(layer, torch.nn.MaxPool2d)
    ]
    assert pooled == [(4, 14, 14), (8, 7, 7), (16, 3, 3)]
    assert shapes[-1] == (2, 7)
