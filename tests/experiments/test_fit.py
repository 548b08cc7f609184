from pathlib import Path

import pytest
import yaml

from stages.core.errors import UserError
from stages.core.params import Family, read_families
from stages.core.paths import TEST, TRAIN, VALIDATION
from stages.experiments.fit import code, new_fit, require_allowed, rows_digest
from stages.experiments.schema import FILE

ROOT = Path(__file__).parents[2]
FAMILY = Family(framework="pytorch", model="mlp", seed=0, build={"hidden": [8]}, fit={"epochs": 3})
SPLIT = "{seed: 0, validation_fraction: 0.2, test_fraction: 0.2, subset: 500}"
CODE = ("core/rows.py", "fitting/augment.py", "train.py")
OWN = ("frameworks/pytorch.py", "models/mlp.py")


@pytest.fixture
def _project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    others = ("frameworks/spark_ml.py", "models/svm.py", "measuring/metrics.py")
    files = [f"stages/{name}" for name in (*CODE, *OWN, *others)]
    files += [f"{place}/labels.npy" for place in (TRAIN, VALIDATION, TEST)]
    for path in map(Path, files):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(path))
    Path("params.yaml").write_text(f"split: {SPLIT}\n")


def fit(values=None, seed=0, family=FAMILY):
    return new_fit("a", family, values or {}, seed, rows_digest(), "sweeps.s.set")


@pytest.mark.usefixtures("_project")
def test_the_name_hangs_on_params_split_rows_and_code_of_the_fit():
    first = fit().experiment
    assert first.startswith("a-")
    found = [fit({"fit.epochs": 4}), fit(seed=1), fit({"split.subset": 9})]
    code = [f"stages/{name}" for name in (*CODE, *OWN)]
    for path in (*code, f"{TRAIN}/labels.npy"):
        Path(path).write_text("changed")
        found.append(fit())
    names = {each.experiment for each in found}
    assert len(names | {first}) == 1 + len(found)


@pytest.mark.usefixtures("_project")
def test_the_name_hangs_on_nothing_else():
    first = fit().experiment
    Path("stages/measuring/metrics.py").write_text("changed")
    Path("stages/models/svm.py").write_text("changed")
    Path("data/split/test/labels.npy").write_text("changed")
    assert fit({"fit.epochs": 3, "split.subset": 500}).experiment == first


@pytest.mark.parametrize("name", ["mlp_64", "knn"])
def test_the_code_of_a_fit_is_that_on_which_its_stage_depends(name):
    family = read_families()[name]
    stage = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]["train"]["do"]
    given = {"key": name, "item.framework": family.framework, "item.model": family.model}
    declared = set()
    for path in stage["deps"]:
        for word, value in given.items():
            path = path.replace(f"${{{word}}}", value)
        if path.startswith("stages/"):
            found = Path(path).rglob("*.py") if Path(path).is_dir() else [path]
            declared |= {str(file) for file in found}
    assert set(code(family.model_dump())) == declared


@pytest.mark.usefixtures("_project")
def test_a_fit_has_the_familys_whole_block_and_leaves_the_family_alone():
    found = fit({"fit.epochs": 9, "straighten": ["deskew"], "split.subset": None}, seed=5)
    changes = {"seed": 5, "straighten": ["deskew"], "fit": {"epochs": 9}}
    assert found.params == FAMILY.model_dump() | changes
    assert (FAMILY.seed, FAMILY.straighten, FAMILY.fit) == (0, [], {"epochs": 3})


@pytest.mark.usefixtures("_project")
@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("split.subset", 0, "split.subset: got 0; it should be greater"),
        ("split.rows", 1, "split.rows: unknown key"),
        ("fits.epochs", 1, "fits.epochs: a family has no such param"),
        ("fit.epochs.more", 1, "fit.epochs.more: a family has no such param"),
        ("speed", 1, "speed: unknown key"),
    ],
)
def test_a_key_or_a_value_that_may_not_be_is_one_line(key, value, message):
    with pytest.raises(UserError, match=f"^{FILE}: sweeps.s.set.{message}"):
        fit({key: value})


def test_a_value_that_the_model_does_not_take_is_one_line_that_says_who_sets_it():
    family = read_families()["logistic"]
    allowed, wrong = (
        new_fit("logistic", family, {"build.C": c}, 0, "rows", "") for c in (2.0, -1.0)
    )
    require_allowed(allowed, 10, "sweep s")
    with pytest.raises(UserError, match=r"families.logistic.build.C: got -1.0; .*as sweep s sets"):
        require_allowed(wrong, 10, "sweep s")
