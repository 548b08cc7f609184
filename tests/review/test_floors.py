import pytest

from stages.core.errors import UserError
from stages.review.floors import below_floors, read_floors
from stages.review.recorded import Recorded

FAMILY = "{framework: x, model: x, seed: 0, build: {}, fit: {}}"


@pytest.fixture
def params_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "params.yaml"


def recorded(name="mnist", **accuracies):
    scores = {family: {"test": {"accuracy": each}} for family, each in accuracies.items()}
    return Recorded({"name": name, "test": 10}, {}, scores, list(scores))


def write(file, floors):
    file.write_text(f"families: {{a: {FAMILY}}}\nreport: {{parity: [a], {floors}}}\n")


def test_floors_stand_in_the_reports_block(params_file):
    write(params_file, "floors: {a: 0.9, ensemble: 0.95}")
    assert read_floors() == {"a": 0.9, "ensemble": 0.95}


@pytest.mark.parametrize("floors", ["", "floors: {}"])
def test_there_need_be_none(params_file, floors):
    write(params_file, floors)
    assert read_floors() == {}


@pytest.mark.parametrize(
    ("floors", "message"),
    [
        ("floors: {b: 0.9}", "report.floors: unknown family 'b'; it may be one of: a, ensemble"),
        ("floors: {a: 90}", "report.floors.a: got 90; it should be less than 1"),
        ("floors: [a]", "report.floors: got .'a'.; it should be a valid dictionary"),
    ],
)
def test_a_wrong_floor_is_one_line(params_file, floors, message):
    write(params_file, floors)
    with pytest.raises(UserError, match=message):
        read_floors()


def test_at_the_floor_is_not_below_it():
    floors = {"a": 0.9, "b": 0.9}
    assert below_floors(floors, recorded(a=0.9, b=0.8999)) == [
        "b: test accuracy 0.8999 is below its floor of 0.9"
    ]


def test_an_unmeasured_family_has_not_reached_its_floor():
    assert below_floors({"a": 0.9}, recorded()) == [
        "a: has a floor of 0.9, but no metrics; run dvc repro"
    ]
    (reason,) = below_floors({"a": 0.9}, Recorded(None, {}, {}, []))
    assert reason.startswith("no metrics/dataset.json")


def test_floors_are_for_mnist_alone():
    assert below_floors({"a": 0.9}, recorded("digits", a=0.1)) == []
