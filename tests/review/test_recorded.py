import pytest
from dvc.api import DVCFileSystem
from dvc.repo import Repo

from stages.core.errors import UserError
from stages.review.recorded import read_recorded, same_rows, why_incomparable

OTHER = {"data/split/test": {"md5": "2f.dir"}}


def test_families_of_params_and_the_ensemble_are_recorded_the_best_of_validation_first(measured):
    found = read_recorded(DVCFileSystem())
    assert found.families == ["b", "c", "a"]
    assert list(found.scores) == ["ensemble", "a", "b"]
    assert found.scores["a"] == {"test": {"accuracy": 0.75}, "validation": {"accuracy": 0.9}}
    assert found.dataset == {"name": "digits", "validation": 300, "test": 4}
    assert found.seconds == {"a": 1.5, "b": 2.0}


def test_data_is_known_by_the_hashes_that_stages_have_read(measured):
    data = read_recorded(DVCFileSystem()).data
    hashes = {path: entry["md5"] for path, entry in data.items()}
    assert hashes == {"data/split/test": "1f.dir", "data/split/validation": "2f.dir"}


def test_an_empty_folder_records_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Repo.init(no_scm=True).close()
    assert read_recorded(DVCFileSystem()) == (None, {}, {}, {}, [])


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
            "another data set (digits there, mnist here): accuracies are not comparable",
        ),
        (
            {"dataset": {"name": "digits", "test": 5}},
            "another number of test images (4 there, 5 here): accuracies are not comparable",
        ),
        (
            {"data": OTHER},
            "other test images (dvc.lock's hash of data/split/test): accuracies are not comparable",
        ),
        ({"data": {}}, ""),
    ],
)
def test_why_two_sides_cannot_be_compared(measured, change, reason):
    base = read_recorded(DVCFileSystem())
    assert why_incomparable(base, base._replace(**change)) == reason


def test_rows_are_the_same_others_or_not_told(measured):
    side = read_recorded(DVCFileSystem())
    others = [side, side._replace(data=OTHER), side._replace(data={})]
    assert [same_rows(side, each, "data/split/test") for each in others] == [True, False, None]


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
