import numpy as np
import pytest
from sklearn.svm import SVC

from stages.models.svm import build


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_decisions_are_those_of_scikit_learn(digits, pixels, classes):
    chosen = digits.labels < classes
    pixels, labels = pixels[chosen], digits.labels[chosen]
    half = len(labels) // 2
    ours = build(classes, C=10.0, gamma=0.03, components=None).fit(pixels[:half], labels[:half])
    asked = pixels[half:].astype(np.float64)
    values = ours.decision_function(asked)
    # LibSVM's own decisions from the same support vectors, then a machine that LibSVM has fitted.
    np.testing.assert_allclose(values, SVC.decision_function(ours[-1], asked), atol=1e-9)
    plain = SVC(C=10, gamma=0.03).fit(pixels[:half], labels[:half])
    assert (ours.predict(asked) == plain.predict(asked)).mean() > 0.995


def test_fewer_components_are_a_step_of_the_pipeline(digits, pixels):
    model = build(10, C=10.0, gamma=0.03, components=20).fit(pixels[:300], digits.labels[:300])
    assert model[-1].support_vectors_.shape[1] == 20
