import numpy as np
from sklearn.multiclass import OneVsOneClassifier

from stages.models.sgd import build

PARAMS = {"loss": "hinge", "alpha": 0.001, "learning_rate": 0.001, "max_iter": 500}


def test_one_against_one_is_a_classifier_for_each_pair(digits, pixels):
    model = build(10, **PARAMS, scale=True, multiclass="one_vs_one")
    model.fit(pixels[:200], digits.labels[:200])
    assert isinstance(model[-1], OneVsOneClassifier)
    assert len(model[-1].estimators_) == 45
    assert model.decision_function(pixels[:3]).shape == (3, 10)


def test_pixels_are_scaled_on_the_training_rows_or_left_alone(digits, pixels):
    scaled, plain = (
        build(10, **PARAMS, scale=scale, multiclass="one_vs_rest") for scale in (True, False)
    )
    scaled.fit(pixels[:200], digits.labels[:200])
    np.testing.assert_allclose(scaled[0].mean_, pixels[:200].mean(axis=0), atol=1e-6)
    assert plain[0] == "passthrough"
