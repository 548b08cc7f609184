"""A repository with a branch of its own, and one in which something was measured."""

import json

import numpy as np
import pytest
from dvc.repo import Repo

from stages.experiments.commands import git

LABELS = np.array([0, 1, 1, 0], np.uint8)
SCORES = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]], np.float32)  # 3 are right
FAMILY = {"framework": "x", "model": "x", "seed": 0, "build": {}, "fit": {}}
TEST, FITTING, OTHERS = (
    {"path": f"data/split/{part}", "md5": f"{mark}f.dir", "size": 1000}
    for mark, part in enumerate(["test", "fitting", "fitting"], 1)
)
LOCKED = {  # stages of dvc.lock, the last of a family that is no more
    "split": {"cmd": "x", "outs": [{"path": "data/split", "md5": "0f.dir", "size": 99}]},
    "probe": {"cmd": "x", "deps": [TEST]},
    "train@a": {"cmd": "x", "deps": [FITTING]},
    "train@gone": {"cmd": "x", "deps": [OTHERS]},
}


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """An empty one of git and DVC as the working folder, and somebody as the author."""
    monkeypatch.chdir(tmp_path)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Test")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "test@localhost")
    git("init", "-q", "-b", "main")
    Repo.init().close()
    return tmp_path


@pytest.fixture
def commit(repository):
    """Commits what lies there, with a file of one word."""

    def commit(word: str) -> None:
        (repository / "file.txt").write_text(word)
        git("add", "-A")
        git("commit", "-q", "-m", word)

    return commit


@pytest.fixture
def branched(repository, commit):
    """`main` has moved on since `branch`, which is checked out, set out from it."""
    commit("common")
    git("branch", "branch")
    commit("later")
    git("checkout", "-q", "branch")
    commit("own")
    return repository


@pytest.fixture
def write(repository):
    """Writes a file: an array, a text, or else JSON, which is YAML, too."""

    def write(path: str, content) -> None:
        file = repository / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, np.ndarray):
            np.save(file, content)
        else:
            file.write_text(content if isinstance(content, str) else json.dumps(content))

    return write


@pytest.fixture
def measured(repository, write, commit):
    """A commit `main` of four digits: families a, best, and b, and a family that is gone."""
    write("params.yaml", {"families": {"b": FAMILY, "c": FAMILY, "a": FAMILY}})
    for name, validation in {"a": 0.9, "b": 0.8, "gone": 0.5}.items():
        write(f"metrics/{name}.json", metrics(0.75, validation))
        write(f"data/evaluations/{name}/test.npy", SCORES)
    write("metrics/ensemble.json", metrics(1.0, 1.0))
    write("metrics/dataset.json", {"name": "digits", "validation": 300, "test": 4})
    write("plots/report/costs.csv", "family,test_accuracy,seconds\na,0.75,1.5\nb,0.75,2.0\n")
    write("dvc.lock", {"schema": "2.0", "stages": LOCKED})
    write("data/split/test/labels.npy", LABELS)
    write("data/ensemble/test.npy", SCORES)
    write(".gitignore", "/data\n")
    commit("measured")
    return repository


def metrics(test: float, validation: float) -> dict:
    """A family's metrics file."""
    return {"test": {"accuracy": test}, "validation": {"accuracy": validation}}


@pytest.fixture
def families(write):
    """Writes params.yaml anew, with these families and floors."""

    def families(*names: str, **floors: float) -> None:
        blocks = {"families": dict.fromkeys(names, FAMILY), "gate": {"floors": floors}}
        write("params.yaml", blocks)

    return families
