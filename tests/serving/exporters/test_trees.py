import numpy as np

from stages.serving.exporters.trees import below


def test_a_pixel_falls_on_the_same_side_of_a_threshold_in_float32():
    pixels = np.arange(256, dtype=np.float32) / np.float32(255)
    near = np.concatenate([pixels.astype(np.float64) + gap for gap in (-1e-12, 0, 1e-12, 0.003)])
    rounded = below(near)
    assert rounded.dtype == np.float32
    exact = pixels[:, None].astype(np.float64) <= near
    np.testing.assert_array_equal(pixels[:, None] <= rounded, exact)
