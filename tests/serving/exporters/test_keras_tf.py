import keras
import numpy as np
import pytest
from keras import layers

from stages.core.errors import UserError
from stages.frameworks.keras_tf import environment, score
from stages.models import keras_cnn, keras_deep_cnn, keras_dense, keras_mlp, keras_simple, pca_mlp
from stages.serving.exporters.keras_tf import to_onnx
from tests.serving.conftest import agrees

BUILDS = {
    "keras_cnn": lambda: keras_cnn.build(10, dropout=0.5),
    "keras_deep_cnn": lambda: keras_deep_cnn.build(10, dropout=[0.1, 0.1, 0.1]),
    "keras_dense": lambda: keras_dense.build(10, hidden=[32, 16]),
    "keras_mlp": lambda: keras_mlp.build(10, l2=0.01),
    "keras_simple": lambda: keras_simple.build(10, units=32, dropout=0.5),
    "pca_mlp": lambda: pca_mlp.build(10, components=20, l2=0.01, l1=0.01),
}


@pytest.fixture(scope="module", autouse=True)
def settings_of_tensorflow():
    environment()


@pytest.mark.parametrize("name", BUILDS)
def test_a_network_answers_as_before(name, digits):
    keras.utils.set_random_seed(0)
    model = BUILDS[name]()
    for layer in model.layers:
        if hasattr(layer, "adapt"):
            layer.adapt(digits.images[:300])
    # Biases start at zero: an exporter could lose them unseen.
    rng = np.random.default_rng(0)
    model.set_weights([w + 0.05 * rng.normal(size=w.shape) for w in model.get_weights()])
    agrees(to_onnx(model), digits.images[:300], score(model, digits.images[:300]))


@pytest.mark.parametrize(
    ("layer", "named"),
    [
        (lambda: layers.GaussianNoise(0.1), "layer GaussianNoise"),
        (lambda: layers.Dense(3, activation="softsign"), "activation softsign"),
    ],
)
def test_what_has_no_converter_is_said(layer, named):
    model = keras.Sequential([layers.Input((28, 28, 1)), layers.Flatten(), layer()])
    with pytest.raises(UserError, match=f"there is no ONNX converter for the Keras {named}"):
        to_onnx(model)
