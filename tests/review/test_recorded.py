import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from dvc.api import DVCFileSystem
from dvc.repo import Repo

from stages.core.errors import UserError
from stages.review.recorded import read_recorded, right_answers, why_incomparable

LABELS = np.array([0, 1, 1, 0], np.uint8)
SCORES = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]], np.float32)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A DVC repository with two families, one of them measured, and an older one's file."""
    monkeypatch.chdir(tmp_path)
    Repo.init(no_scm=True).close()
    for name in ("a", "gone"):
        write(f"metrics/scores/{name}.json", json.dumps({name: {"test": {"accuracy": 0.75}}}))
    write("metrics/ensemble.json", json.dumps({"ensemble": {"test": {"accuracy": 1.0}}}))
    write("metrics/dataset.json", json.dumps({"dataset": {"name": "digits", "test": 4}}))
    write("params.yaml", yaml.safe_dump({"families": {"a": {}, "b": {}}}))
    out = {"path": "data/split/test", "md5": "1f.dir", "size": 9}
    write("dvc.lock", yaml.safe_dump({"schema": "2.0", "stages": {"split": {"outs": [out]}}}))
    for path, content in {
        "data/split/test/labels.npy": LABELS,
        "data/predictions/a/test.npy": SCORES,
        "data/ensemble/test.npy": SCORES,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        np.save(path, content)
    return tmp_path


def write(path, text):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def test_the_families_of_params_and_the_ensemble_are_recorded_and_no_others(folder):
    found = read_recorded(DVCFileSystem())
    assert found.families == ["a", "b"]
    assert list(found.scores) == ["a", "ensemble"]
    assert found.dataset == {"name": "digits", "test": 4}
    assert found.data["data/split/test"]["md5"] == "1f.dir"


def test_an_empty_folder_records_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Repo.init(no_scm=True).close()
    assert read_recorded(DVCFileSystem()) == (None, {}, {}, [])


def test_right_answers_are_those_of_the_predictions(folder):
    files = DVCFileSystem()
    found = right_answers(files, read_recorded(files))
    # The ensemble's predictions have 3 of 4 right, its metrics say 4: they are of another run.
    assert list(found) == ["a"]
    assert found["a"].tolist() == [True, True, False, True]


def test_without_predictions_there_are_no_right_answers(folder):
    (folder / "data/predictions/a/test.npy").unlink()
    files = DVCFileSystem()
    assert right_answers(files, read_recorded(files)) == {}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"scores": {}}, "the workspace has no metrics"),
        ({"dataset": None}, "the workspace has no metrics/dataset.json"),
        (
            {"dataset": {"name": "mnist", "test": 4}},
            "another data set (digits there, mnist here): accuracies are not comparable",
        ),
        (
            {"dataset": {"name": "digits", "test": 5}},
            "another number of test images (4 there, 5 here): accuracies are not comparable",
        ),
        (
            {"data": {"data/split/test": {"md5": "2f.dir"}}},
            "other test images (dvc.lock's hash of data/split/test): accuracies are not comparable",
        ),
        ({"data": {}}, ""),
    ],
)
def test_why_two_sides_cannot_be_compared(folder, change, reason):
    base = read_recorded(DVCFileSystem())
    assert why_incomparable(base, base._replace(**change)) == reason


def test_it_is_said_which_side_has_no_metrics(folder):
    head = read_recorded(DVCFileSystem())
    assert why_incomparable(head._replace(scores={}), head) == "the base has no metrics"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("metrics/dataset.json", "^metrics/dataset.json: not valid JSON: .* line 1"),
        ("dvc.lock", "^dvc.lock: not valid YAML: "),
    ],
)
def test_a_file_with_a_conflict_is_one_line(folder, path, message):
    write(path, "<<<<<<< HEAD\n{a: [\n")
    with pytest.raises(UserError, match=message):
        read_recorded(DVCFileSystem())
