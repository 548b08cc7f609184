import json
from math import sqrt
from pathlib import Path

import pandas as pd
import pytest

from stages.core.errors import UserError
from stages.experiments.commands import git
from stages.review.gate import gate, read_floors
from tests.review.conftest import metrics

ROOT = Path(__file__).parents[2]


def failures(base=None):
    """The lines that the gate ends with; none where it passes."""
    try:
        gate(base, remote=False)
    except SystemExit as end:
        return end.code.splitlines()
    return []


def on_mnist(write, **accuracies):
    """Records these test accuracies as MNIST's."""
    write("metrics/dataset.json", {"name": "mnist", "validation": 10_000, "test": 10_000})
    for name, accuracy in accuracies.items():
        write(f"metrics/{name}.json", metrics(accuracy, accuracy))


def test_at_its_floor_a_family_passes_and_below_it_not(measured, write, families, capsys):
    on_mnist(write, a=0.9, b=0.8999)
    families("a", "b", a=0.9, ensemble=0.95)
    assert failures() == []
    assert capsys.readouterr().out == "floors: 2\ngate: passed\n"
    families("a", "b", a=0.9, b=0.9)
    assert failures() == ["gate: b: test accuracy 0.8999 is below its floor of 0.9"]


def test_an_unmeasured_family_has_not_reached_its_floor(measured, write, families):
    on_mnist(write)
    families("a", "new", new=0.9)
    assert failures() == ["gate: new: has a floor of 0.9, but no metrics; run dvc repro"]
    (measured / "metrics/dataset.json").unlink()
    assert failures() == ["gate: no metrics/dataset.json: nothing was measured; run dvc repro"]


@pytest.mark.parametrize(
    ("state", "floors", "told"),
    [
        ("measured", {"a": 0.99}, "floors are for mnist; they are not applied to digits"),
        ("repository", {}, "floors: 0"),  # nor any metrics
    ],
)
def test_where_no_floor_counts_it_passes(request, families, capsys, state, floors, told):
    request.getfixturevalue(state)
    families("a", "b", **floors)
    capsys.readouterr()
    assert failures() == []
    assert capsys.readouterr().out == f"{told}\ngate: passed\n"


def test_a_family_that_has_become_worse_stops_it(measured, write, commit, capsys):
    on_mnist(write, a=0.95, b=0.95)
    commit("before")
    write("metrics/a.json", metrics(0.90, 0.95))
    (line,) = failures("HEAD")
    assert line.startswith(
        "gate: a: test accuracy 0.95 has become 0.9, significantly worse (Fisher"
    )
    told = capsys.readouterr().out.splitlines()
    assert told[1].endswith("): unchanged 2, worse 1")
    write("metrics/a.json", metrics(0.99, 0.95))
    assert failures("HEAD") == []


def test_a_family_without_metrics_stops_it(measured, families, write):
    lost = ["gate: c: has no metrics in metrics/; run dvc repro"]
    assert failures() == lost
    assert failures("main") == []  # which has none of it either
    families("b", "a")
    assert failures() == []
    (measured / "metrics/a.json").unlink()
    lost = ["gate: a: has no metrics in metrics/; run dvc repro"]
    assert failures() == failures("main") == lost
    families("b")
    assert failures("main") == []  # removed in params.yaml
    for file in (measured / "metrics").glob("*.json"):
        file.unlink()
    assert len(failures("main")) == 2  # b and the ensemble


def test_test_rows_among_the_training_rows_are_told(measured, families, write, capsys):
    families("a", "b")
    write("plots/explore/numbers.json", {"shared": {}, "near": {"train_test": 50}})
    assert failures() == []
    told = "note: 50 test rows occur among the training rows: test accuracies flatter "
    assert f"{told}(equal but for some pixels)\n" in capsys.readouterr().out


def test_families_that_are_gone_are_named(measured, families, capsys):
    families("a")
    assert failures("main") == []
    assert capsys.readouterr().out.splitlines()[1].endswith("): unchanged 2; gone: b, c")


def test_what_cannot_be_compared_is_said_and_passes(measured, write, capsys):
    on_mnist(write, a=0.1)
    assert failures("main") == []
    told = capsys.readouterr().out
    assert "not compared with main: another data set (digits there, mnist here)" in told


@pytest.mark.parametrize(
    ("base", "floors", "message"),
    [
        ("nonesuch", {}, "--base: git knows no revision 'nonesuch'; fetch it"),
        (None, {"b2": 0.9}, "gate.floors: unknown family 'b2'; did you mean b.*: a, b, ensemble"),
        (None, {"a": 90}, "gate.floors.a: got 90; it should be less than 1"),
    ],
)
def test_a_mistake_is_one_line(measured, families, base, floors, message):
    families("a", "b", **floors)
    with pytest.raises(UserError, match=message):
        gate(base, remote=False)


def test_floors_lie_three_deviations_below_what_is_committed(monkeypatch):
    """Those of a share of so many test images, and those of the seeds where a sweep has several."""
    monkeypatch.chdir(ROOT)
    names = ["dataset", *read_floors()]
    committed = [git("show", f"HEAD:./metrics/{name}.json") for name in names]
    dataset, *scores = map(json.loads, committed)
    if dataset["name"] != "mnist":
        pytest.skip("the committed numbers are of other data")
    sweeps = pd.concat(pd.read_csv(f"metrics/sweeps/{name}.csv") for name in ("seeds", "width"))
    of_seeds = sweeps.groupby("family")["accuracy"].std()
    for (name, floor), score in zip(read_floors().items(), scores, strict=True):
        accuracy = score["test"]["accuracy"]
        of_images = sqrt(accuracy * (1 - accuracy) / dataset["test"])
        assert accuracy - floor >= 3 * max(of_images, of_seeds.get(name, 0)), name
