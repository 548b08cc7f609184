"""TensorFlow takes its settings once in a process, before any model is built."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def settings_of_tensorflow():
    from stages.frameworks.keras_tf import environment

    environment()
