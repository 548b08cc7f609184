from stages.models.keras_deep_cnn import build


def test_layers_and_parameters_are_the_notebooks():
    model = build(10, dropout=[0.2, 0.25, 0.5])
    # conv 5x5: 26·32, 801·32; conv 3x3: 289·64, 577·64; dense: 3,137·256, 257·10.
    assert model.count_params() == 26 * 32 + 801 * 32 + 289 * 64 + 577 * 64 + 3137 * 256 + 257 * 10
