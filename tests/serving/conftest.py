"""A project with fitted models, and its command line."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from onnxruntime import InferenceSession

from stages.__main__ import main
from stages.core.params import read_families
from stages.core.paths import FINAL, MODELS, TEST
from stages.core.rows import Dataset, save_rows
from stages.fitting.epochs import EpochLog
from stages.fitting.family import open_block

ROOT = Path(__file__).parent.parent.parent
CLASSES = [f"digit {n}" for n in range(10)]  # names, so that no index passes for one
FAMILIES = read_families()
FITTED = ("logistic", "sgd")  # with probabilities and without


def asked(model, images):
    """The outputs of an ONNX model, in its order."""
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"images": images})


@pytest.fixture(scope="session")
def fitted(digits, tmp_path_factory):
    """A folder with these families and `logistic` as the final model, and the models by name."""
    folder, models = tmp_path_factory.mktemp("fitted"), {}
    few, test = digits.take(np.arange(500)), digits.take(np.arange(597, 1797))
    shutil.copy(ROOT / "params.yaml", folder)
    save_rows(folder / TEST, test, Dataset("digits", CLASSES))
    for name in FITTED:
        family = open_block(name, FAMILIES[name], len(CLASSES))
        models[name] = family.fit(few, few, EpochLog(name))
        (folder / MODELS / name).mkdir(parents=True)
        family.save(models[name], folder / MODELS / name, CLASSES)
        if name == "logistic":
            shutil.copytree(folder / MODELS / name, folder / FINAL)
            np.save(folder / FINAL / "test.npy", family.score(models[name], test.images))
    return folder, models


@pytest.fixture
def project(fitted, tmp_path, monkeypatch):
    """A copy of that folder, as the working folder."""
    shutil.copytree(fitted[0], tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def digits_command(monkeypatch, capsys):
    """Does what a command line says; its exit code or last words, standard output and error."""

    def digits_command(*arguments):
        monkeypatch.setattr(sys, "argv", ["digits", *map(str, arguments)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        return code, *capsys.readouterr()

    return digits_command
