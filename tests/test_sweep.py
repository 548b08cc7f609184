"""Real sweeps of a cheap family on the digits through DVC's queue, killed and gone on with."""

import sys

import pytest

from tests.small import NO_MIRROR

NAME = "mlp_64"
SWEEPS = {
    "epochs": {
        "title": "Epochs",
        "families": [NAME],
        "set": {"fit.epochs": [2, 3]},
        "seeds": [0, 1],
    },
    "rows": {
        "title": "Rows",
        "families": [NAME, "logistic"],
        "set": {"split.subset": [100, 300, None]},
        "seeds": [0],
    },
}


@pytest.fixture(scope="module")
def small(new_clone):
    """A clone on the digits, of two families, in which the stages before them have run."""
    project = new_clone()
    families = project.params()["families"]
    block = families[NAME]
    fit = block["fit"] | {"epochs": 3}
    project.set_params(
        families={NAME: block | {"fit": fit}, "logistic": families["logistic"]},
        download__dataset="digits",
        cross_validation={"families": [NAME], "folds": 2, "rows": 100, "seed": 0},
        sweeps=SWEEPS,
    )
    project.run("git", "rm", "-qrf", "dvc.lock", "stages/sweeps/dvc.lock", "metrics", "plots")
    project.dvc("repro", "probe", **NO_MIRROR)
    project.run("git", "add", "-A")
    project.run("git", "commit", "-qm", "On the digits")
    return project


def sweep(project, *arguments, check=True):
    command = (sys.executable, "-m", "stages.sweep", *arguments)
    return project.run(*command, check=check, **NO_MIRROR)


def test_it(small):
    print(sweep(small).stdout)
    print(small.folder)
    assert 0
