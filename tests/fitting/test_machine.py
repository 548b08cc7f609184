import platform

import pytest

from stages.core.errors import UserError
from stages.fitting.machine import describe, device, threads


def test_device_defaults_to_auto(monkeypatch):
    monkeypatch.delenv("DEVICE", raising=False)
    assert device() == "auto"


def test_device_is_checked(monkeypatch):
    monkeypatch.setenv("DEVICE", "tpu")
    with pytest.raises(UserError, match="DEVICE: got 'tpu'; it may be one of"):
        device()


def test_threads_follow_the_environment(monkeypatch):
    monkeypatch.setenv("THREADS", "1")
    assert threads() == 1
    monkeypatch.delenv("THREADS")
    assert threads() >= 1


@pytest.mark.parametrize("value", ["0", "-1", "two", ""])
def test_threads_are_checked(monkeypatch, value):
    monkeypatch.setenv("THREADS", value)
    with pytest.raises(UserError, match="THREADS: got"):
        threads()


def test_describe_names_versions():
    import numpy

    found = describe("cpu", ["numpy"])
    assert found["numpy"] == numpy.__version__
    assert found["python"] == platform.python_version()
    assert all(isinstance(value, str) and value for value in found.values())
