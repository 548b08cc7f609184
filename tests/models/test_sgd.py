import numpy as np
import pytest
from sklearn.multiclass import OneVsOneClassifier
from sklearn.preprocessing import StandardScaler

from stages.models.sgd import build

PARAMS = {"loss": "hinge", "alpha": 0.001, "learning_rate": 0.001, "max_iter": 500}


@pytest.fixture
def pixels(digits):
    return digits.images[:200].reshape(200, -1) / np.float32(255)


def test_one_against_one_is_a_classifier_for_each_pair(digits, pixels):
    model = build(10, **PARAMS, scale=True, multiclass="one_vs_one").fit(
        pixels, digits.labels[:200]
    )
    assert isinstance(model[-1], OneVsOneClassifier)
    assert len(model[-1].estimators_) == 45
    assert model.decision_function(pixels).shape == (200, 10)


def test_pixels_are_scaled_on_the_training_rows_or_left_alone(digits, pixels):
    scaled = build(10, **PARAMS, scale=True, multiclass="one_vs_rest").fit(
        pixels, digits.labels[:200]
    )
    np.testing.assert_allclose(scaled[0].mean_, pixels.mean(axis=0), atol=1e-6)
    plain = build(10, **PARAMS, scale=False, multiclass="one_vs_rest")
    assert isinstance(scaled[0], StandardScaler)
    assert plain[0] == "passthrough"
