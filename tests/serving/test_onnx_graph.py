import numpy as np
from onnx import checker

from stages.serving.onnx_graph import FORMAT, OPSETS, Graph
from tests.serving.conftest import asked

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)


def test_constants_are_inputs_and_the_label_is_the_first_of_the_greatest():
    graph = Graph()
    pixels = graph.floats([-1, 784])
    weights = np.zeros((784, 3))
    weights[:2, 1:] = 1  # the second and the third class are always alike
    model = graph.model(graph.add("Gemm", pixels, weights, np.array([0.0, 1.0, 1.0])), "scores", 3)
    checker.check_model(model, full_check=True)
    assert model.ir_version == FORMAT
    assert {each.domain: each.version for each in model.opset_import} == OPSETS
    for few in (1, 5):
        scores, labels = asked(model, IMAGES[:few])
        sums = IMAGES[:few].reshape(few, -1)[:, :2].sum(axis=1, dtype=np.float32)
        np.testing.assert_array_equal(scores, np.stack([0 * sums, sums + 1, sums + 1], axis=1))
        assert labels.tolist() == [1] * few
