import subprocess

import numpy as np
import pytest

from stages.core.files import write_json
from stages.core.paths import FINAL, METRICS, TEST
from stages.core.rows import Dataset, Rows, save_rows
from stages.serving.onnx_metadata import metadata, revision


def git(*arguments):
    named = ["git", "-c", "user.name=Test", "-c", "user.email=test@localhost", *arguments]
    return subprocess.check_output(named, text=True).strip()


@pytest.fixture
def measured(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    labels = np.array([0, 1, 1])
    rows = Rows(np.zeros((3, 28, 28), np.uint8), labels, np.arange(3))
    save_rows(TEST, rows, Dataset("mnist", ["zero", "one"]))


def test_what_was_measured_is_told_and_nothing_else(measured):
    about = ("svm", "scikit_learn", ["zero", "one"])
    told = metadata("svm", *about)
    assert told == {
        "pipeline": "digits",
        "revision": "unknown",
        "family": "svm",
        "framework": "scikit_learn",
        "dataset": "mnist",
        "classes": '["zero", "one"]',
    }
    numbers = {"test": {"accuracy": 0.97, "log_loss": 0.1}, "validation": {"accuracy": 0.98}}
    write_json(METRICS / "svm.json", numbers)
    assert metadata("svm", *about) == told | {
        "validation_accuracy": "0.98",
        "test_accuracy": "0.97",
    }
    FINAL.mkdir(parents=True)
    np.save(FINAL / "test.npy", np.array([[2, 1], [2, 1], [1, 2]], np.float32))
    assert metadata("final", *about) == told | {"test_accuracy": "0.666667"}


def test_the_revision_says_where_tracked_files_differ(measured):
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "First")
    git("tag", "v1")
    assert revision() == git("rev-parse", "--short", "HEAD")
    (TEST / "dataset.json").write_text("{}")
    assert revision() == git("rev-parse", "--short", "HEAD") + "-dirty"
