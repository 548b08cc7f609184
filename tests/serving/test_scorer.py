import shutil

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.core.files import read_json, write_json
from stages.core.paths import FINAL, MODELS
from stages.ensemble import join
from stages.fitting.family import DESCRIPTION, open_block
from stages.serving.scorer import WEIGHTS, open_scorer
from tests.serving.conftest import CLASSES, FAMILIES

SHARES = {"mlp_64": 0.3, "lenet5": 0.0, "logistic": 0.7}  # lenet5 has no model here


@pytest.fixture
def members(project, fitted):
    """What the two with a weight score, in their order; the network is unfitted."""
    network = open_block("mlp_64", FAMILIES["mlp_64"], len(CLASSES))
    model = network.build()
    (MODELS / "mlp_64").mkdir()
    network.save(model, MODELS / "mlp_64", CLASSES)
    write_json(WEIGHTS, SHARES)
    logistic = open_block("logistic", FAMILIES["logistic"], len(CLASSES))
    return lambda images: np.stack(
        [network.score(model, images), logistic.score(fitted[1]["logistic"], images)]
    )


def refusal():
    with pytest.raises(UserError) as error:
        open_scorer("ensemble")
    assert "\n" not in str(error.value)
    return str(error.value)


def test_the_ensemble_answers_as_its_stage_does_without_members_of_no_weight(members, digits):
    scorer, images = open_scorer("ensemble"), digits.images[:50]
    assert (scorer.name, scorer.classes, scorer.probabilities) == ("ensemble", CLASSES, True)
    scores = scorer.score(images)
    assert scores.dtype == np.float32
    np.testing.assert_array_equal(scores, join(members(images), np.array([0.3, 0.7])))


def test_a_family_answers_for_itself_and_final_by_its_familys_name(project, fitted, digits):
    final, sgd = open_scorer("final"), open_scorer("sgd")
    assert (final.name, final.probabilities, sgd.probabilities) == ("logistic", True, False)
    expected = fitted[1]["sgd"].decision_function(
        digits.images[:9].reshape(9, -1) / np.float32(255)
    )
    np.testing.assert_allclose(sgd.score(digits.images[:9]), expected, rtol=1e-4)


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ({"logistic": 0.5}, "content: got {'logistic': 0.5}; Value error, they sum to 0.5, exp"),
        ({}, "content: got {}; Value error, they sum to 0, expected 1"),
        ({"logistic": 1.5, "mlp_64": -0.5}, "logistic: got 1.5; it should be less than or"),
        ({"logistic": 2, "mlp_64": -1}, "logistic: got 2; it should be less than or equal to 1"),
        ({"logistic": "1"}, "logistic: got '1'; it should be a valid number"),
        ({"logistic": True}, "logistic: got True; it should be a valid number"),
        ({"logistic": float("nan")}, "logistic: got nan; it should be"),
        ({"logistic": {"a": [1]}}, "logistic: got {'a': [1]}; it should be a valid number"),
        ({"../final": 1}, "../final.[key]: got '../final'; String should match"),
        (["logistic"], "content: got ['logistic']; it should be a valid dictionary"),
        ({"logistic": 10**400}, "logistic: got 1000000"),
        ({"nobody": 1}, "member nobody: params.yaml: families: unknown family 'nobody'"),
        ({"lenet5": 1}, "member lenet5: data/models/lenet5: no model here; run `dvc repro train"),
        ({"sgd": 0.5, "logistic": 0.5}, "member sgd: has no probabilities, only scores; run"),
    ],
)
def test_weights_that_cannot_be_are_one_line(members, shares, message):
    write_json(WEIGHTS, shares)
    assert refusal().startswith(f"{WEIGHTS}: {message}")


def test_no_weights_and_broken_ones_name_the_command(members):
    for text, told in (("{", "Expecting"), ("[" * 100_000, "nested too deeply"), ("\xff", "Exp")):
        WEIGHTS.write_text(text)
        assert refusal().startswith(f"{WEIGHTS}: cannot be used: {told}")
    WEIGHTS.unlink()
    assert refusal() == f"{WEIGHTS}: no such file; run `dvc repro ensemble` or `dvc checkout`"
    shutil.copytree(FINAL, MODELS / "ensemble")  # no model of that name is asked
    assert refusal().startswith(f"{WEIGHTS}: no such file")


def test_members_of_other_classes_are_told_apart(members):
    file = MODELS / "logistic" / DESCRIPTION
    write_json(file, read_json(file) | {"classes": CLASSES[::-1]})
    assert refusal().startswith(f"{WEIGHTS}: member logistic: its classes are ['digit 9', 'digit 8")
