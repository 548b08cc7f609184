from stages.models.keras_cnn import build


def test_weights_are_those_of_the_described_layers():
    conv1, conv2 = 5 * 5 * 32 + 32, 3 * 3 * 32 * 64 + 64
    dense, logits = 7 * 7 * 64 * 256 + 256, 256 * 10 + 10
    assert build(10, dropout=0.5).count_params() == conv1 + conv2 + dense + logits
