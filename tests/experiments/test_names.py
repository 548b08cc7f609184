from pathlib import Path

import pytest

from stages.core.params import Family
from stages.experiments.names import SHARED, code, experiment_name, rows_mark

FAMILY = Family(framework="f", model="m", seed=0, build={}, fit={"epochs": 3})
FIT = {"family": "a", "params": FAMILY.model_dump(), "split": {}, "values": {}, "seed": 0}


@pytest.fixture(autouse=True)
def _project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in ("stages/frameworks/f.py", "stages/models/m.py", "stages/report.py", *SHARED):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(path)
    for part in ("train", "validation", "test"):
        Path("data/split", part).mkdir(parents=True)
        Path("data/split", part, "labels.npy").write_text(part)


def test_the_name_says_the_family_and_hangs_on_all_that_decides_the_fit():
    first = experiment_name(FIT, FAMILY, rows_mark())
    assert first.startswith("sweep-a-")
    others = [
        experiment_name(FIT | {"params": FIT["params"] | {"seed": 1}}, FAMILY, rows_mark()),
        experiment_name(FIT | {"split": {"split.subset": 9}}, FAMILY, rows_mark()),
    ]
    for path in ("stages/frameworks/f.py", "stages/models/m.py", SHARED[-1]):
        Path(path).write_text("changed")
        others.append(experiment_name(FIT, FAMILY, rows_mark()))
    Path("data/split/train/labels.npy").write_text("changed")
    others.append(experiment_name(FIT, FAMILY, rows_mark()))
    assert len({first, *others}) == 7


def test_what_does_not_decide_the_fit_leaves_the_name_alone():
    first = experiment_name(FIT, FAMILY, rows_mark())
    Path("stages/report.py").write_text("changed")
    Path("data/split/test/labels.npy").write_text("changed")
    told = FIT | {"values": {"fit.epochs": 3}}
    assert experiment_name(told, FAMILY, rows_mark()) == first


def test_code_is_the_familys_own_and_what_all_share():
    assert set(code(FAMILY)) == {"stages/frameworks/f.py", "stages/models/m.py", *SHARED}
