import numpy as np
from sklearn.decomposition import PCA

from stages.models.pca_mlp import build


def test_the_components_are_scikit_learns(digits, pixels):
    model = build(10, components=12, l2=0.0, l1=0.0)
    layer = model.get_layer("pca")
    layer.adapt(digits.images[:500])
    found = np.asarray(layer(pixels[500:600]))
    pca = PCA(12, svd_solver="full").fit(pixels[:500])
    scale = np.sqrt(pca.transform(pixels[:500]).var(ddof=1, axis=0).mean())
    oracle = pca.transform(pixels[500:600]) / scale
    np.testing.assert_allclose(np.abs(found), np.abs(oracle), atol=2e-3)


def test_the_components_are_not_trained():
    model = build(10, components=12, l2=0.0, l1=0.0)
    assert {weight.path.split("/")[-2] for weight in model.non_trainable_weights} == {"pca"}
