import torch

from stages.models.fast_cnn import build


def test_any_number_of_classes():
    assert build(26).eval()(torch.zeros(3, 1, 28, 28)).shape == (3, 26)
