import copy
import json
import subprocess
import sys

import numpy as np
import onnxruntime
import pytest
import yaml

from stages.core.errors import UserError
from stages.core.files import write_json
from stages.core.params import read_families
from stages.core.paths import DATASET, FINAL, MODELS, REFIT, SCORES, TEST
from stages.core.rows import save_rows
from stages.fitting.epochs import EpochLog
from stages.frameworks.contract import open_block
from stages.serving.export import ONNX, export, main
from stages.serving.exporters import scikit_learn

FAMILIES = read_families()
CLASSES = [f"the {digit}" for digit in range(10)]


@pytest.fixture
def workspace(tmp_path, monkeypatch, digits):
    """A folder with all of params.yaml, 1,200 test digits, and `logistic` fitted on others."""
    monkeypatch.chdir(tmp_path)
    blocks = {name: block.model_dump() for name, block in FAMILIES.items()}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump({"families": blocks}))
    write_json(DATASET, {"name": "digits", "classes": CLASSES})
    save_rows(TEST, digits.take(np.arange(597, 1797)))
    family = open_block("logistic", FAMILIES["logistic"], classes=10)
    with EpochLog("logistic", tmp_path / "live") as log:
        model = family.fit(digits.take(np.arange(500)), digits.take(np.arange(500, 597)), log)
    save(family, model, MODELS / "logistic")
    return family, model


def save(family, model, folder):
    folder.mkdir(parents=True)
    family.framework.save(model, folder)


def test_a_family_becomes_a_file_that_says_what_it_is(workspace, digits, monkeypatch, capsys):
    family, model = workspace
    write_json(SCORES / "logistic.json", {"logistic": {"test": {"accuracy": 0.9}}})
    monkeypatch.setattr(sys, "argv", ["export", "--family", "logistic"])
    main()
    told = capsys.readouterr().out
    assert "data/onnx/logistic.onnx: 0.03 MB; on 1000 test digits 0 labels differ" in told
    session = onnxruntime.InferenceSession(ONNX / "logistic.onnx")
    (images,) = session.get_inputs()
    assert (images.name, images.type, images.shape) == ("images", "tensor(uint8)", ["n", 28, 28])
    shapes = {each.name: (each.type, each.shape) for each in session.get_outputs()}
    assert shapes == {
        "probabilities": ("tensor(float)", ["n", 10]),
        "label": ("tensor(int64)", ["n"]),
    }
    properties = session.get_modelmeta().custom_metadata_map
    assert json.loads(properties["classes"]) == CLASSES
    assert (properties["family"], properties["test_accuracy"]) == ("logistic", "0.9")
    for few in (1, 7, 300):
        rows = np.ascontiguousarray(digits.images[:few])
        probabilities, labels = session.run(None, {"images": rows})
        expected = family.score(model, rows)
        np.testing.assert_allclose(probabilities, expected, atol=1e-4)
        np.testing.assert_array_equal(labels, expected.argmax(axis=1))


def test_the_final_model_is_the_default(workspace, monkeypatch, tmp_path, capsys):
    block = FAMILIES["mlp_64"]
    family = open_block("mlp_64", block, classes=10)
    save(family, family.build(), FINAL)
    chosen = {"family": "mlp_64", "params": block.model_dump(), "code": {}, "classes": CLASSES}
    write_json(FINAL / "family.json", chosen)
    write_json(REFIT, {"final": {"family": "mlp_64", "test": {"accuracy": 0.1}}})
    monkeypatch.setattr(sys, "argv", ["export"])
    main()
    properties = onnxruntime.InferenceSession(ONNX / "final.onnx").get_modelmeta()
    found = properties.custom_metadata_map
    assert (found["family"], found["framework"]) == ("mlp_64", "pytorch")
    assert found["test_accuracy"] == "0.1"
    assert "validation_accuracy" not in found
    monkeypatch.setattr(sys, "argv", ["export", "--output", str(tmp_path / "there" / "a.onnx")])
    main()
    assert (tmp_path / "there" / "a.onnx").stat().st_size > 200_000
    assert capsys.readouterr().out.count("0 labels differ") == 2


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("spark_mlp", "spark_mlp: there is no ONNX converter for spark_ml"),
        ("knn", "knn: preprocess is .'centre', 'deskew'., expected none: ONNX has no such steps"),
        ("svm", "data/models/svm: no model here; run `dvc repro train@svm` or `dvc checkout`"),
        ("final", "data/models/final: no model here; run `dvc repro refit` or `dvc checkout`"),
        ("lenet", "params.yaml: families: unknown family 'lenet'"),
    ],
)
def test_what_cannot_be_exported_is_one_line_and_no_file(workspace, name, message):
    for each in ("spark_mlp", "knn"):
        (MODELS / each).mkdir()
    with pytest.raises(UserError, match=message) as error:
        export(name, ONNX / "refused.onnx")
    assert "\n" not in str(error.value)
    assert not ONNX.exists()


def test_a_model_of_other_params_is_one_line_and_no_file(workspace):
    wider = open_block("mlp_128", FAMILIES["mlp_128"], classes=10)
    save(wider, wider.build(), MODELS / "mlp_64")
    (MODELS / "mlp_128").mkdir()
    for name, wrong in (("mlp_64", "not a whole model of mlp_64"), ("mlp_128", "no model here")):
        told = f"{MODELS / name}: {wrong}.* run `dvc repro train@{name}`"
        with pytest.raises(UserError, match=told) as error:
            export(name, ONNX / "refused.onnx")
        assert "\n" not in str(error.value)
    assert not ONNX.exists()


def test_a_file_that_answers_differently_is_not_kept(workspace, monkeypatch):
    export("logistic", ONNX / "logistic.onnx")
    before = (ONNX / "logistic.onnx").read_bytes()
    honest = scikit_learn.to_onnx

    def spoiled(model):
        other = copy.deepcopy(model)
        other[-1].coef_[3] = 0
        return honest(other)

    monkeypatch.setattr(scikit_learn, "to_onnx", spoiled)
    for output in ("new.onnx", "logistic.onnx"):
        with pytest.raises(UserError, match=f"{output}: not written: of 1000 digits") as error:
            export("logistic", ONNX / output)
        assert "\n" not in str(error.value)
    assert [path.name for path in ONNX.iterdir()] == ["logistic.onnx"]
    assert (ONNX / "logistic.onnx").read_bytes() == before


def test_a_place_that_cannot_be_written_is_one_line(workspace, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="file/a.onnx: cannot be written: .*exists") as error:
        export("logistic", tmp_path / "file" / "a.onnx")
    assert "\n" not in str(error.value)


def test_the_same_model_gives_the_same_bytes(workspace):
    for output in ("a.onnx", "b.onnx"):
        export("logistic", ONNX / output)
    assert (ONNX / "a.onnx").read_bytes() == (ONNX / "b.onnx").read_bytes()


def test_the_command_tells_its_mistakes_in_one_line():
    command = [sys.executable, "-m", "stages.serving.export", "--family", "lenet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("error: params.yaml: families: unknown family 'lenet'")
