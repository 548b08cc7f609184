"""Exported models, asked."""

import numpy as np
import pytest
from onnx import ModelProto
from onnxruntime import InferenceSession

TOLERANCE = 1e-4


@pytest.fixture
def agrees():
    """Checks that an exported model answers any number of digits with these scores.

    Its labels are its own greatest scores, and those expected where rounding cannot change them.
    `most`: the share of digits that may score otherwise, where a vote or a neighbour hangs on the
    last bit, which is another on another processor.
    """

    def agrees(
        model: ModelProto, images: np.ndarray, expected: np.ndarray, name="probabilities", most=0.0
    ):
        session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        assert [each.name for each in session.get_outputs()] == [name, "label"]
        scores, labels = session.run(None, {"images": images})
        assert (scores.dtype, labels.dtype) == (np.float32, np.int64)
        same = np.isclose(scores, expected, rtol=TOLERANCE, atol=TOLERANCE).all(axis=1)
        assert 1 - same.mean() <= most
        np.testing.assert_array_equal(labels, scores.argmax(axis=1))
        second, best = np.sort(expected, axis=1)[:, -2:].T
        clear = same & (best - second > 4 * TOLERANCE * np.maximum(1, np.abs(best)))
        np.testing.assert_array_equal(labels[clear], expected.argmax(axis=1)[clear])
        for few in (1, 3):
            again, _ = session.run(None, {"images": images[:few]})
            np.testing.assert_allclose(again, scores[:few], rtol=TOLERANCE, atol=TOLERANCE)

    return agrees
