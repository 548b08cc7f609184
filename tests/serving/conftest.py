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
TOLERANCE = 1e-4
CLASSES = [f"digit {n}" for n in range(10)]  # names, so that no index passes for one
FAMILIES = read_families()
FITTED = ("logistic", "sgd")  # with probabilities and without


def architectures(framework):
    """A family for each architecture of that framework."""
    found = {block.model: name for name, block in FAMILIES.items() if block.framework == framework}
    return list(found.values())


def built(name):
    """The family's model, unfitted."""
    return open_block(name, FAMILIES[name], len(CLASSES)).build()


def asked(model, images):
    """The outputs of an ONNX model, in its order."""
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"images": images})


def agrees(model, images, expected, name="probabilities", most=0.0):
    """Checks that an exported model answers any number of digits with these scores.

    Its labels are its own greatest scores, and those expected where rounding cannot change them.
    `most`: the share of digits that may score otherwise, where a vote or a neighbour hangs on the
    last bit, which is another on another processor.
    """
    assert [each.name for each in model.graph.output] == [name, "label"]
    scores, labels = asked(model, images)
    assert (scores.dtype, labels.dtype) == (np.float32, np.int64)
    same = np.isclose(scores, expected, rtol=TOLERANCE, atol=TOLERANCE).all(axis=1)
    assert 1 - same.mean() <= most
    np.testing.assert_array_equal(labels, scores.argmax(axis=1))
    second, best = np.sort(expected, axis=1)[:, -2:].T
    clear = same & (best - second > 4 * TOLERANCE * np.maximum(1, np.abs(best)))
    np.testing.assert_array_equal(labels[clear], expected.argmax(axis=1)[clear])
    for few in (1, 3):
        again, _ = asked(model, images[:few])
        np.testing.assert_allclose(again, scores[:few], rtol=TOLERANCE, atol=TOLERANCE)


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
