import pytest
from dvc.api import DVCFileSystem

from stages.core.errors import UserError
from stages.review.recorded import read_recorded, why_incomparable
from tests.review.conftest import FITTING, TEST, metrics

ACCURACIES = "accuracies are not comparable"
OTHER = {"data/split/test": {"md5": "2f.dir"}}


def test_what_is_recorded_is_of_the_families_of_params_the_best_of_validation_first(measured):
    found = read_recorded(DVCFileSystem())
    assert found == (
        {"name": "digits", "validation": 300, "test": 4},
        {"data/split/test": TEST, "data/split/fitting": FITTING},
        {"ensemble": metrics(1.0, 1.0), "a": metrics(0.75, 0.9), "b": metrics(0.75, 0.8)},
        {"a": 1.5, "b": 2.0},
        ["b", "c", "a"],
        {},
    )
    assert list(found.scores) == ["ensemble", "a", "b"]


def test_an_empty_folder_records_nothing(repository):
    assert read_recorded(DVCFileSystem()) == (None, {}, {}, {}, [], {})


def test_numbers_under_the_familys_name_as_they_once_were_are_no_metrics(measured, write):
    for name in ("a", "b", "ensemble"):
        write(f"metrics/{name}.json", {name: {"test": {"accuracy": 0.75}}})
    write("metrics/dataset.json", {"dataset": {"name": "digits", "test": 4}})
    found = read_recorded(DVCFileSystem())
    assert (found.dataset, found.scores) == (None, {})
    assert why_incomparable(found, found) == "the base has no metrics in metrics/"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"scores": {}}, "the workspace has no metrics in metrics/"),
        ({"dataset": None}, "the workspace has no metrics/dataset.json"),
        (
            {"dataset": {"name": "mnist", "test": 4}},
            f"another data set (digits there, mnist here): {ACCURACIES}",
        ),
        (
            {"dataset": {"name": "digits", "test": 5}},
            f"another number of test images (4 there, 5 here): {ACCURACIES}",
        ),
        (
            {"data": OTHER},
            f"other test images (dvc.lock's hash of data/split/test): {ACCURACIES}",
        ),
        ({"data": {}}, ""),
    ],
)
def test_why_two_sides_cannot_be_compared(measured, change, reason):
    base = read_recorded(DVCFileSystem())
    assert why_incomparable(base, base._replace(**change)) == reason


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("metrics/dataset.json", "^metrics/dataset.json: not valid JSON: .* line 1"),
        ("dvc.lock", "^dvc.lock: not valid YAML: "),
    ],
)
def test_a_file_with_a_conflict_is_one_line(measured, write, path, message):
    write(path, "<<<<<<< HEAD\n{a: [\n")
    with pytest.raises(UserError, match=message):
        read_recorded(DVCFileSystem())
