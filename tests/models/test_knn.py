import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from stages.models.knn import build


def test_without_components_it_is_plain_neighbours(digits, pixels):
    labels = digits.labels[:300]
    ours = build(10, neighbors=4, weights="distance", components=None).fit(pixels[:300], labels)
    plain = KNeighborsClassifier(4, weights="distance").fit(pixels[:300], labels)
    found, expected = (model.predict_proba(pixels[300:400]) for model in (ours, plain))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_components_are_found_on_the_training_rows(digits, pixels):
    model = build(10, neighbors=4, weights="uniform", components=7)
    model.fit(pixels[:200], digits.labels[:200])
    assert model[0].n_components_ == 7
    np.testing.assert_allclose(model[0].mean_, pixels[:200].mean(axis=0), atol=1e-6)
