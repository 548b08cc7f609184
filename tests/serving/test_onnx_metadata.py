import pytest

from stages.core.files import write_json
from stages.core.paths import DATASET, REFIT, SCORES
from stages.experiments.git import git
from stages.serving.onnx_metadata import metadata, revision


@pytest.fixture
def workspace(empty):
    write_json(DATASET, {"name": "mnist", "classes": ["zero", "one"]})


def test_what_was_measured_is_told_and_nothing_else(workspace):
    classes = ["zero", "one"]
    told = metadata("svm", "svm", "scikit_learn", classes)
    assert told == {
        "pipeline": "digits",
        "revision": "unknown",
        "family": "svm",
        "framework": "scikit_learn",
        "dataset": "mnist",
        "classes": '["zero", "one"]',
    }
    parts = {"validation": {"accuracy": 0.98, "f1": 0.9}, "test": {"accuracy": 0.97}}
    write_json(SCORES / "svm.json", {"svm": parts})
    write_json(REFIT, {"final": {"family": "svm", "rows": 3, "test": {"accuracy": 0.99}}})
    more = metadata("svm", "svm", "scikit_learn", classes)
    assert more == told | {"validation_accuracy": "0.98", "test_accuracy": "0.97"}
    final = metadata("final", "svm", "scikit_learn", classes)
    assert final == told | {"test_accuracy": "0.99"}


def test_the_revision_says_where_tracked_files_differ(workspace):
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "First")
    git("tag", "v1")
    assert revision() == git("rev-parse", "--short", "HEAD")
    DATASET.write_text("{}")
    assert revision() == git("rev-parse", "--short", "HEAD") + "-dirty"
