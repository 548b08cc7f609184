from stages.models.keras_mlp import build


def test_layers_are_as_described_and_the_last_two_are_penalised():
    model = build(10, l2=0.01)
    dense = [layer for layer in model.layers if hasattr(layer, "units")]
    assert [layer.units for layer in dense] == [784, 784, 392, 196, 10]
    assert [layer.kernel_regularizer is not None for layer in dense] == [
        False,
        False,
        True,
        True,
        False,
    ]
