import keras
import numpy as np
import pytest
from keras import layers

from stages.core.errors import UserError
from stages.frameworks.keras_tf import environment, score
from stages.serving.exporters.keras_tf import to_onnx
from tests.serving.conftest import agrees, architectures, built


@pytest.fixture(scope="module", autouse=True)
def settings_of_tensorflow():
    environment()


@pytest.mark.parametrize("name", architectures("keras_tf"))
def test_a_network_answers_as_before(name, digits):
    keras.utils.set_random_seed(0)
    model = built(name)
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
