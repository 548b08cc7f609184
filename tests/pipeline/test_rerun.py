"""What must rerun: the table of docs/what-must-rerun.md, held against DVC in a clone that has run.

The sets are of stages that DVC finds changed at once; what follows from them runs only where their
outputs come out differently, which tests/pipeline/test_run.py shows.
"""

from contextlib import chdir

import pytest
from dvc.repo import Repo

from tests.small import FAMILIES

TRAIN = {f"train@{name}" for name in FAMILIES}
EVALUATE = {f"evaluate@{name}" for name in FAMILIES}
ONCE = {"download", "preprocess", "split", "explore", "probe"}
LATER = {"choose", "ensemble", "compare", "refit", "submit", "report"}


CASES = {
    "stages/models/random_forest.py": {"train@random_forest"},
    "stages/frameworks/pytorch.py": {"train@lenet5", "train@mlp_64"},
    "stages/measuring/metrics.py": EVALUATE | {"probe", "choose", "ensemble", "compare", "report"},
    "stages/comparing/significance.py": {"choose", "compare", "report"},
    "stages/drawing/style.py": {"explore", "report"},
    "stages/reporting/templates/report.css": {"report"},
    "stages/reading/mirrors.py": {"download"},
    "stages/fitting/augment.py": TRAIN | {"explore", "refit", "submit"},
    "stages/core/errors.py": TRAIN | EVALUATE | ONCE | LATER,
    "stages/evaluate.py": EVALUATE,
    "stages/serving/predict.py": set(),
    "stages/review/gate.py": set(),
    "stages/experiments/sweep.py": set(),
    "stages/bench/items.py": set(),
    "README.md": set(),
}


def changed(project) -> set[str]:
    """What `dvc status` names."""
    with chdir(project.folder), Repo() as repo:
        return set(repo.status(targets=["dvc.yaml"]))


@pytest.mark.parametrize("file", CASES)
def test_a_changed_file_reruns_what_hangs_on_it_and_nothing_else(ran, file):
    path = ran.folder / file
    before = path.read_bytes()
    path.write_bytes(before + (b"\n/* */\n" if file.endswith(".css") else b"\n# changed\n"))
    try:
        assert changed(ran) == CASES[file]
    finally:
        path.write_bytes(before)


def test_a_familys_param_reruns_its_own_fit(ran):
    ran.set_params(families__logistic__build__C=0.2)
    assert changed(ran) == {"train@logistic", "choose"}
    ran.run("git", "checkout", "-q", "params.yaml")


def test_the_target_precision_fits_nothing(ran):
    ran.set_params(probe__target_precision=0.8)
    assert changed(ran) == {"probe"}
    ran.run("git", "checkout", "-q", "params.yaml")
