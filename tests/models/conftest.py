import numpy as np
import pytest


@pytest.fixture(scope="session", autouse=True)
def settings_of_tensorflow():
    """TensorFlow takes its settings once in a process, before any model is built."""
    from stages.frameworks.keras_tf import environment

    environment()


@pytest.fixture(scope="session")
def pixels(digits):
    """All digits as models of scikit-learn see them: (n, 784) of 0..1."""
    return digits.images.reshape(len(digits.images), -1) / np.float32(255)
