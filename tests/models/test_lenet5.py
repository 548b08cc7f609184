import torch

from stages.models.lenet5 import C3_SEES, PartialConv, ScaledTanh, Standardise, build


def test_trainable_counts_are_the_papers():
    counts = {
        name: sum(weight.numel() for weight in layer.parameters())
        for name, layer in build(10).named_children()
    }
    papers = {"c1": 156, "s2": 12, "c3": 1516, "s4": 32, "c5": 48120, "f6": 10164, "output": 850}
    assert {name: count for name, count in counts.items() if count} == papers


def test_the_connection_table_is_the_papers():
    assert C3_SEES[0] == [0, 1, 2]
    assert sorted(C3_SEES[5]) == [0, 1, 5]
    assert C3_SEES[6] == [0, 1, 2, 3]
    assert C3_SEES[11] == [0, 1, 2, 5]
    assert [len(row) for row in C3_SEES] == [3] * 6 + [4] * 9 + [6]


def test_a_c3_map_sees_its_inputs_and_no_others():
    torch.manual_seed(0)
    layer = PartialConv(6, C3_SEES, 5)
    for seen in range(6):
        image = torch.zeros(1, 6, 5, 5)
        image[0, seen] = 1
        moved = (layer(image).flatten() != 0).tolist()
        assert moved == [seen in row for row in C3_SEES]


def test_input_and_squashing_have_the_papers_values():
    edges = Standardise()(torch.tensor([[[[0.0, 255.0]]]])).flatten()
    assert edges.min().item() == torch.tensor(-0.1).item()
    assert abs(edges.max().item() - 1.175) < 1e-6
    ones = torch.tensor([1.0, -1.0])
    assert (ScaledTanh()(ones) - ones).abs().max() < 1e-4
