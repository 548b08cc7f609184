import copy
import json

import numpy as np
import onnxruntime
import pytest

from stages.core.errors import UserError
from stages.core.files import write_json
from stages.core.paths import METRICS, MODELS
from stages.fitting.family import DESCRIPTION
from stages.serving.export import ONNX, compare, export
from stages.serving.exporters import scikit_learn
from tests.serving.conftest import CLASSES, FAMILIES

EXPECTED = np.array([[0.6, 0.4], [0.50001, 0.49999], [0.1, 0.9]])


def refused(message, name, output=None):
    with pytest.raises(UserError, match=message) as error:
        export(name, output)
    assert "\n" not in str(error.value)


def test_a_family_becomes_a_file_that_says_what_it_is(project, fitted, digits, digits_command):
    write_json(METRICS / "logistic.json", {k: {"accuracy": 0.9} for k in ("test", "validation")})
    status, told, _ = digits_command("export", "--family", "logistic")
    assert status == 0
    assert told.startswith("data/onnx/logistic.onnx: 0.03 MB; on 1000 test digits ")
    session = onnxruntime.InferenceSession(ONNX / "logistic.onnx")
    (images,) = session.get_inputs()
    assert (images.name, images.type, images.shape) == ("images", "tensor(uint8)", ["n", 28, 28])
    assert {each.name: (each.type, each.shape) for each in session.get_outputs()} == {
        "probabilities": ("tensor(float)", ["n", 10]),
        "label": ("tensor(int64)", ["n"]),
    }
    properties = session.get_modelmeta().custom_metadata_map
    assert json.loads(properties["classes"]) == CLASSES
    assert (properties["family"], properties["test_accuracy"]) == ("logistic", "0.9")
    pixels = np.sqrt(digits.images[:300].reshape(300, 784) / np.float32(255))
    for few in (1, 7, 300):
        probabilities, _ = session.run(None, {"images": digits.images[:few]})
        expected = fitted[1]["logistic"][-1].predict_proba(pixels[:few])
        np.testing.assert_allclose(probabilities, expected, atol=1e-4)


def test_the_final_model_is_the_default(project, tmp_path, digits_command):
    assert digits_command("export", "--output", tmp_path / "there/a.onnx")[0] == 0
    properties = onnxruntime.InferenceSession(tmp_path / "there/a.onnx").get_modelmeta()
    found = properties.custom_metadata_map
    assert (found["family"], found["framework"]) == ("logistic", "scikit_learn")
    assert digits_command("export")[0] == 0
    # Of the same model the same bytes.
    assert (ONNX / "final.onnx").read_bytes() == (tmp_path / "there/a.onnx").read_bytes()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("spark_mlp", "spark_mlp: there is no ONNX converter for spark_ml"),
        ("knn", "knn: straighten is .'centre', 'deskew'., expected none: ONNX has no such steps"),
        ("svm", "data/models/svm: no model here; run `dvc repro train@svm` or `dvc checkout`"),
        ("ensemble", "ensemble: has no model of its own to convert; export its members"),
        ("lenet", "params.yaml: families: unknown family 'lenet'; did you mean lenet5?"),
    ],
)
def test_what_cannot_be_exported_is_one_line_and_no_file(project, name, message):
    for each in ("spark_mlp", "knn"):
        about = {"family": each, "params": FAMILIES[each].model_dump(), "classes": CLASSES}
        write_json(MODELS / each / DESCRIPTION, about | {"code": {}})
    refused(message, name)
    assert not ONNX.exists()


def test_a_file_that_answers_differently_is_not_kept(project, monkeypatch):
    export("logistic")
    before = (ONNX / "logistic.onnx").read_bytes()
    honest = scikit_learn.to_onnx

    def spoiled(model):
        other = copy.deepcopy(model)
        other[-1].coef_[3] = 0
        return honest(other)

    monkeypatch.setattr(scikit_learn, "to_onnx", spoiled)
    for output in ("new.onnx", "logistic.onnx"):
        refused(f"{output}: not written: of 1000 digits", "logistic", ONNX / output)
    assert [path.name for path in ONNX.iterdir()] == ["logistic.onnx"]
    assert (ONNX / "logistic.onnx").read_bytes() == before


def test_a_place_that_cannot_be_written_is_one_line(project, tmp_path):
    (tmp_path / "file").touch()
    output = tmp_path / "file" / "a.onnx"
    refused("file/a.onnx: cannot be written: .*exists", "logistic", output)


def test_another_label_is_a_tie_only_where_both_are_as_good():
    assert compare(EXPECTED, np.array([0, 0, 1]), EXPECTED) == (0, 0, 0)
    assert compare(EXPECTED, np.array([1, 1, 0]), EXPECTED) == (0, 3, 1)
    scores = EXPECTED + np.array([[0, 0], [-1e-5, 1e-5], [0, 0]])
    np.testing.assert_allclose(compare(scores, np.array([0, 1, 1]), EXPECTED), (1e-5, 1, 1))


def test_scores_beyond_1_are_compared_by_their_ratio():
    worst, *_ = compare(np.array([[101.0, 3.0]]), np.array([0]), np.array([[100.0, 3.0]]))
    np.testing.assert_allclose(worst, 0.01)
