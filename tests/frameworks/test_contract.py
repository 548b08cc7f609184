"""What every family promises, whatever its library: one test over all of params.yaml."""

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.core.params import read_families
from stages.core.scores import accuracy, are_probabilities
from stages.fitting.epochs import EpochLog
from stages.fitting.family import open_block, open_family

FAMILIES = read_families()
DECISIONS = {"sgd", "svm"}  # these have no probabilities
# So few digits need more steps than a real fit, and no augmentation, to be learnt by heart.
PATIENT = {
    "epochs": 40,
    "members": 1,
    "average": None,
    "patience": 40,
    "decay": 1.0,
    "augment": "none",
    "batch_size": 10,
    "iterations": 60,
}


def fitted(name, digits, classes=10, **changes):
    family = open_family(name, classes)
    known = {
        key: value for key, value in changes.items() if key in type(family.params).model_fields
    }
    family = family._replace(params=family.params.model_copy(update=known))
    few, others = digits.take(np.arange(50)), digits.take(np.arange(50, 100))
    log = EpochLog(name)
    model = family.fit(few, others, log)
    return family, model, log


@pytest.mark.parametrize("name", FAMILIES)
def test_family(name, digits, tmp_path):
    family, model, log = fitted(name, digits, **PATIENT)
    images = digits.images[:100]
    scores = family.score(model, images)

    assert scores.shape == (100, 10)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert are_probabilities(scores) == (name not in DECISIONS)
    if name == "dummy":
        commonest = np.bincount(digits.labels[:50]).max() / 50
        assert accuracy(scores[:50], digits.labels[:50]) == commonest
    elif name != "boosting":  # its leaves hold at least 20 rows: too many for 50 digits
        # All but one at most: a penalty or the best validation loss may leave one wrong.
        assert accuracy(scores[:50], digits.labels[:50]) >= 0.98
    assert {row[1] for row in log.rows} == {"train", "validation"}
    size = family.framework.parameters(model)
    assert size is None or size > 100

    (tmp_path / "model").mkdir()
    family.framework.save(model, tmp_path / "model")
    loaded = family.framework.load(family.build, tmp_path / "model")
    np.testing.assert_array_equal(family.score(loaded, images), scores)
    one = family.score(loaded, images[:1])
    np.testing.assert_allclose(one, scores[:1], atol=1e-5)
    assert all(isinstance(text, str) for text in family.framework.environment().values())


# A family of each architecture; two classes are a case of their own in scikit-learn.
EACH = {(block.framework, block.model): name for name, block in FAMILIES.items()}
CLASSES = [(name, 20) for name in EACH.values()]
CLASSES += [(name, 2) for (framework, _), name in EACH.items() if framework == "scikit_learn"]
CLASSES += [("keras_simple", 2), ("mlp_64", 2)]


@pytest.mark.parametrize(("name", "classes"), CLASSES)
def test_any_number_of_classes(name, classes, digits, tmp_path):
    # The first digits are 0 to 9, again and again: every class is among them.
    labels = digits.labels % 2 if classes == 2 else digits.labels + digits.indices // 10 % 2 * 10
    others = digits._replace(labels=labels)
    quick = {"epochs": 1, "iterations": 3, "members": 1, "batch_size": 10}
    family, model, _ = fitted(name, others, classes, **quick)
    scores = family.score(model, digits.images[:30])
    assert scores.shape == (30, classes)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert are_probabilities(scores) == (name not in DECISIONS)
    (tmp_path / "model").mkdir()
    family.framework.save(model, tmp_path / "model")
    loaded = family.framework.load(family.build, tmp_path / "model")
    np.testing.assert_array_equal(family.score(loaded, digits.images[:30]), scores)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_same_seed_gives_the_same_model(name, digits, tmp_path):
    saved, scores = [], []
    for run in ("first", "again"):
        folder = tmp_path / run
        family, model, _ = fitted(name, digits, epochs=2, iterations=5, batch_size=10)
        folder.mkdir()
        family.framework.save(model, folder)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        saved.append({path.relative_to(folder): path.read_bytes() for path in files})
        scores.append(family.score(model, digits.images[:50]))
    assert saved[0]
    if FAMILIES[name].framework == "spark_ml":  # which promises no last byte
        assert list(saved[0]) == list(saved[1])
        np.testing.assert_allclose(*scores, atol=1e-6)
    else:
        assert saved[0] == saved[1]


@pytest.mark.parametrize("part", ["build", "fit"])
@pytest.mark.parametrize("name", FAMILIES)
def test_a_bad_param_is_one_clear_line(name, part):
    block = FAMILIES[name]
    mistakes = [("unknown", 1, "unknown key")]
    mistakes += [(key, {"a": "b"}, "it should be") for key in getattr(block, part)]
    for key, value, told in mistakes:
        wrong = block.model_copy(update={part: getattr(block, part) | {key: value}})
        with pytest.raises(UserError) as error:
            open_block(name, wrong, classes=10)
        line = str(error.value)
        assert line.startswith(f"params.yaml: families.{name}.{part}.{key}")
        assert told in line
        assert "\n" not in line
