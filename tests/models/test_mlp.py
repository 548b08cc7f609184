import torch

from stages.models.mlp import build


def parameters(model):
    return sum(weight.numel() for weight in model.parameters())


def test_the_parity_network_has_the_parameters_it_should():
    layers = [784 * 392 + 392, 392 * 196 + 196, 196 * 10 + 10]
    assert parameters(build(10, hidden=[392, 196])) == sum(layers) == 386_718


def test_hidden_lists_the_units_of_each_layer():
    shapes = [tuple(weight.shape) for weight in build(3, hidden=[5, 7]).parameters()]
    assert shapes == [(5, 784), (5,), (7, 5), (7,), (3, 7), (3,)]


def test_pixels_are_scaled_before_the_first_layer():
    model = build(2, hidden=[4])
    assert model[0](torch.tensor([0.0, 255.0])).tolist() == [0, 1]
