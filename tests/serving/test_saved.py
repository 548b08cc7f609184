import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.core.files import read_json, write_json
from stages.core.params import read_families
from stages.fitting.epochs import EpochLog
from stages.frameworks.contract import open_block
from stages.serving.saved import open_saved

ROOT = Path(__file__).parent.parent
SAVED = ["logistic", "mlp_64", "keras_simple"]  # one for each library's way to save


class Trap:
    """Unpickling it leaves a mark."""

    def __reduce__(self):
        return Path.touch, (Path("unpickled"),)


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """An empty project with the params of this one."""
    shutil.copy(ROOT / "params.yaml", tmp_path)
    write_json(tmp_path / "data/split/dataset.json", {"classes": list("0123456789")})
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def put(digits):
    """Fits the family `logistic` on a few digits, or just builds a network, and saves it."""

    def put(name, folder=None):
        block = read_families()[name]
        family = open_block(name, block, 10)
        family.framework.environment()  # TensorFlow's settings must be made before all else
        model = family.build()
        if block.framework == "scikit_learn":
            few = digits.take(np.arange(100))
            model.fit(few.images.reshape(100, -1) / np.float32(255), few.labels)
            model = family.framework._plain(model)
        folder = Path("data/models", folder or name)
        folder.mkdir(parents=True)
        family.framework.save(model, folder)
        (file,) = folder.iterdir()
        write_json(
            Path("data/models/final/family.json"),
            {"family": name, "params": block.model_dump(), "classes": list("0123456789")},
        )
        return family, model, file

    return put


@pytest.mark.parametrize("name", SAVED)
@pytest.mark.parametrize("folder", ["final", None])
def test_a_model_answers_as_the_one_that_was_saved(put, digits, name, folder):
    family, model, _ = put(name, folder)
    saved = open_saved(folder or name)
    assert saved.family.name == name
    assert saved.classes == list("0123456789")
    assert saved.probabilities
    scores = saved.score(digits.images[:20])
    np.testing.assert_array_equal(scores, family.score(model, digits.images[:20]))


def test_decision_values_are_known_as_such(put):
    put("sgd")
    assert not open_saved("sgd").probabilities


def refusal(name):
    with pytest.raises(UserError) as error:
        open_saved(name)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_missing_model_names_the_command(project):
    told = refusal("final")
    assert told == "data/models/final: no model here; run `dvc repro refit` or `dvc checkout`"
    told = refusal("lenet5")
    assert told == (
        "data/models/lenet5: no model here; run `dvc repro train@lenet5` or `dvc checkout`"
    )
    (project / "data/models/lenet5").mkdir(parents=True)
    assert refusal("lenet5") == told
    assert "families: unknown family 'nobody'; it may be one of:" in refusal("nobody")
    assert refusal("../../etc").startswith("params.yaml: families: unknown family")
    (project / "data/split/dataset.json").unlink()
    assert refusal("lenet5").startswith("data/split/dataset.json: no such file; run `dvc repro")


@pytest.mark.parametrize("name", SAVED)
@pytest.mark.parametrize("damage", ["cut", "empty", "pickle", "text", "another's"])
def test_a_damaged_or_foreign_file_is_one_line_and_never_unpickled(put, project, name, damage):
    _, _, file = put(name)
    content = file.read_bytes()
    other = {"logistic": "dummy", "mlp_64": "mlp_128", "keras_simple": "mlp_64"}[name]
    if damage == "another's":
        content = put(other, "elsewhere")[2].read_bytes()
    file.write_bytes(
        {
            "cut": content[: len(content) // 2],
            "empty": b"",
            "pickle": pickle.dumps(Trap()),
            "text": b"a model\n" * 100,
            "another's": content,
        }[damage]
    )
    if (name, damage) == ("logistic", "another's"):
        # A skops file holds the whole estimator: another's is as good as its own.
        assert open_saved(name).probabilities
        return
    told = refusal(name)
    assert told.startswith(f"data/models/{name}: not a whole model of {name} as its params")
    assert told.endswith(f"run `dvc repro train@{name}` or `dvc checkout`")
    assert not (project / "unpickled").exists()


@pytest.mark.parametrize("part", ["data", "metadata"])
def test_a_damaged_spark_model_is_one_line(digits, tmp_path, capfd, part):
    block = read_families()["spark_mlp"]
    family = open_block("spark_mlp", block, 10)
    few = digits.take(np.arange(30))
    quick = family._replace(params=family.params.model_copy(update={"iterations": 2}))
    with EpochLog("spark_mlp", tmp_path / "live") as log:
        model = quick.fit(few, few, log)
    folder = Path("data/models/spark_mlp")
    folder.mkdir(parents=True)
    family.framework.save(model, folder)
    (file,) = (each for each in (folder / "spark" / part).iterdir() if each.is_file())
    file.write_bytes(file.read_bytes()[:40])
    capfd.readouterr()
    assert refusal("spark_mlp").startswith(f"{folder}: not a whole model of spark_mlp as its")
    assert "Exception" not in "".join(capfd.readouterr())


def test_a_skops_file_of_something_else_is_refused(put):
    import skops.io

    _, _, file = put("logistic")
    skops.io.dump({"no": "estimator"}, file)
    assert "not a whole model of logistic" in refusal("logistic")
    skops.io.dump(Path.touch, file)
    assert "not a whole model of logistic" in refusal("logistic")


def test_a_model_of_fewer_classes_is_refused(put):
    put("logistic", "final")
    file = Path("data/models/final/family.json")
    write_json(file, read_json(file) | {"classes": ["0", "1", "2"]})
    assert refusal("final").startswith("data/models/final: scores of (10,) numbers, expected 3")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"params": {"framework": "pytorch"}}, "cannot be used: 4 validation errors for Family"),
        ({"params": None}, "cannot be used: "),
        ({"classes": 3}, "cannot be used: 'int' object is not iterable"),
        ("text", "cannot be used: Expecting value"),
        ([], "cannot be used: "),
    ],
)
def test_a_damaged_description_is_one_line(put, change, message):
    put("logistic", "final")
    file = Path("data/models/final/family.json")
    if isinstance(change, dict):
        write_json(file, read_json(file) | change)
    else:
        file.write_text(str(change))
    told = refusal("final")
    assert told.startswith(f"data/models/final/family.json: {message}")


def test_params_that_the_code_no_longer_knows_are_told_with_their_file(put):
    put("logistic", "final")
    file = Path("data/models/final/family.json")
    content = read_json(file)
    content["params"]["build"]["penalty"] = "l3"
    write_json(file, content)
    assert refusal("final").startswith(
        "data/models/final/family.json: families.logistic.build.penalty: unknown key"
    )
