import platform

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.fitting.machine import describe, device, threads


@pytest.mark.parametrize("kind", ["unset", "empty"])
def test_without_settings_a_fit_takes_what_there_is(monkeypatch, kind):
    for name in ("DEVICE", "THREADS"):
        monkeypatch.setenv(name, "")
        if kind == "unset":
            monkeypatch.delenv(name)
    assert device() == "auto"
    assert threads() >= 1
    monkeypatch.setenv("THREADS", "1")
    assert threads() == 1


@pytest.mark.parametrize(
    ("read", "name", "value", "told"),
    [(device, "DEVICE", "tpu", "it may be one of")]
    + [(threads, "THREADS", value, "expected a number") for value in ("0", "-1", "two")],
)
def test_settings_are_checked(monkeypatch, read, name, value, told):
    monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=f"{name}: got '{value}'; {told}"):
        read()


def test_describe_names_versions():
    found = describe("cpu", ["numpy"])
    assert found["numpy"] == np.__version__
    assert found["python"] == platform.python_version()
    assert all(isinstance(value, str) and value for value in found.values())
