import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import skops.io

from stages.core.errors import UserError
from stages.core.files import read_json, write_json
from stages.core.paths import FINAL, MODELS
from stages.fitting.epochs import EpochLog
from stages.fitting.family import DESCRIPTION, open_block
from stages.serving.saved import load_saved
from tests.serving.conftest import CLASSES, FAMILIES

SAVED = ["logistic", "mlp_64", "keras_simple"]  # one for each library's way to save


class Trap:
    """Unpickling it leaves a mark."""

    def __reduce__(self):
        return Path.touch, (Path("unpickled"),)


@pytest.fixture
def put(project, fitted):
    """Saves the family of that name as a stage would, a network unfitted.

    Returns the open family, the model, and its file.
    """

    def put(name, folder=None):
        family = open_block(name, FAMILIES[name], len(CLASSES))
        family.framework.environment()  # TensorFlow's settings must be made before all else
        model = fitted[1].get(name) or family.build()
        folder = MODELS / (folder or name)
        folder.mkdir(exist_ok=True)
        family.save(model, folder, CLASSES)
        (weights,) = (file for file in folder.iterdir() if file.name != DESCRIPTION)
        return family, model, weights

    return put


def refusal(name):
    with pytest.raises(UserError) as error:
        load_saved(name)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("name", SAVED)
def test_a_model_answers_as_the_one_that_was_saved(put, digits, name):
    family, model, _ = put(name)
    saved = load_saved(name)
    assert (saved.family.name, saved.classes, saved.probabilities) == (name, CLASSES, True)
    scores = saved.score(digits.images[:20])
    np.testing.assert_array_equal(scores, family.score(model, digits.images[:20]))


def test_the_final_model_is_named_by_its_family_and_decisions_are_known_as_such(project):
    assert load_saved("final").family.name == "logistic"
    assert not load_saved("sgd").probabilities


def test_a_missing_model_names_the_command(project):
    told = "data/models/lenet5: no model here; run `dvc repro train@lenet5` or `dvc checkout`"
    assert refusal("lenet5") == told
    (MODELS / "lenet5").mkdir()
    assert refusal("lenet5") == told
    (FINAL / DESCRIPTION).unlink()
    told = "data/models/final: no model here; run `dvc repro refit` or `dvc checkout`"
    assert refusal("final") == told
    assert refusal("../../etc").startswith("params.yaml: families: unknown family")


@pytest.mark.parametrize("name", SAVED)
def test_a_damaged_or_foreign_file_is_one_line_and_never_unpickled(put, name):
    _, _, file = put(name)
    content = file.read_bytes()
    foreign = {"mlp_64": "mlp_128", "keras_simple": "mlp_64"}
    others = [content[: len(content) // 2], b"", pickle.dumps(Trap()), b"a model\n" * 100]
    if name in foreign:  # a skops file holds the whole estimator: another's is as good as its own
        others.append(put(foreign[name], "elsewhere")[2].read_bytes())
    for other in others:
        file.write_bytes(other)
        told = refusal(name)
        assert told.startswith(f"data/models/{name}: not a whole model of {name} as its params")
        assert told.endswith(f"run `dvc repro train@{name}` or `dvc checkout`")
    file.unlink()
    assert refusal(name).startswith(f"data/models/{name}: no")
    assert not Path("unpickled").exists()


def test_a_damaged_spark_model_is_one_line(project, digits, capfd):
    family = open_block("spark_mlp", FAMILIES["spark_mlp"], 10)
    few = digits.take(np.arange(30))
    quick = family._replace(params=family.params.model_copy(update={"iterations": 2}))
    folder = MODELS / "spark_mlp"
    folder.mkdir()
    quick.save(quick.fit(few, few, EpochLog("spark_mlp")), folder, CLASSES)
    for part in ("data", "metadata"):
        (file,) = (each for each in (folder / "spark" / part).iterdir() if each.is_file())
        content = file.read_bytes()
        file.write_bytes(content[:40])
        capfd.readouterr()
        assert refusal("spark_mlp").startswith(f"{folder}: not a whole model of spark_mlp as its")
        assert "Exception" not in "".join(capfd.readouterr())
        file.write_bytes(content)


def test_a_skops_file_that_would_fill_the_memory_is_not_unpacked(put):
    file = put("logistic")[2]
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros.npy", bytes(10_000_000))
    assert "bytes in so small a file are no estimator's" in refusal("logistic")


@pytest.mark.parametrize("other", [{"no": "estimator"}, Path.touch])
def test_a_skops_file_of_something_else_is_refused(put, other):
    skops.io.dump(other, put("logistic")[2])
    assert "not a whole model of logistic" in refusal("logistic")


def older_params(about):
    """Params that the code no longer knows."""
    about["params"]["build"]["penalty"] = "l3"
    return about


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda about: about | {"params": {"framework": "pytorch"}}, "FILE: params.model: is miss"),
        (lambda about: about | {"params": None}, "FILE: params: got None; it should be a valid"),
        (lambda about: about | {"classes": 3}, "FILE: classes: got 3; it should be a valid list"),
        (lambda about: about | {"classes": "0123456789"}, "FILE: classes: got '0123456789'; it"),
        (lambda about: about | {"classes": ["a"] * 10}, "FILE: classes: got ['a', "),
        (lambda about: about | {"family": 7}, "FILE: family: got 7; it should be a valid string"),
        (lambda about: about | {"family": "../a"}, "FILE: family: got '../a'; String should match"),
        (lambda about: [], "FILE: content: got []; it should be a valid dictionary"),
        (older_params, "FILE: families.logistic.build.penalty: unknown key"),
        (lambda about: about | {"classes": CLASSES[:3]}, f"{FINAL}: scores of (10,) numbers, exp"),
    ],
)
def test_a_wrong_description_is_one_line(project, change, message):
    file = FINAL / DESCRIPTION
    write_json(file, change(read_json(file)))
    assert refusal("final").startswith(message.replace("FILE", str(file)))
    for text, told in (("text", "Expecting value"), ("[" * 100_000, "nested too deeply")):
        file.write_text(text)
        assert refusal("final").startswith(f"{file}: cannot be used: {told}")
