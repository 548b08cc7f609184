"""Exported models, asked."""

import numpy as np
import pytest
from onnx import ModelProto
from onnxruntime import InferenceSession


@pytest.fixture
def agrees():
    """Checks that an exported model answers any number of digits with these scores."""

    def agrees(model: ModelProto, images: np.ndarray, expected: np.ndarray, name="probabilities"):
        session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        assert [each.name for each in session.get_outputs()] == [name, "label"]
        scores, labels = session.run(None, {"images": images})
        assert (scores.dtype, labels.dtype) == (np.float32, np.int64)
        np.testing.assert_allclose(scores, expected, atol=1e-4)
        np.testing.assert_array_equal(labels, expected.argmax(axis=1))
        for few in (1, 3):
            again, _ = session.run(None, {"images": images[:few]})
            np.testing.assert_allclose(again, expected[:few], atol=1e-4)

    return agrees
