"""What every family promises, whatever its library: one test over all of params.yaml."""

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.core.params import read_block, read_families
from stages.core.scores import accuracy, are_probabilities
from stages.fitting.epochs import EpochLog
from stages.fitting.family import open_block, open_family
from stages.reporting.params import ReportParams

FAMILIES = read_families()
DECISIONS = {"sgd", "svm"}  # these have no probabilities
PARITY = read_block(ReportParams, "report").parity  # one architecture in three libraries
# So few digits need more steps than a real fit, and no augmentation, to be learnt by heart.
PATIENT = {"epochs": 20, "members": 1, "average": None, "patience": 40, "decay": 1.0}
PATIENT |= {"augment": "none", "batch_size": 10, "iterations": 40, "min_steps": 1}


def fitted(name, digits, classes=10, **changes):
    family = open_family(name, classes)
    known = changes.keys() & type(family.params).model_fields.keys()
    changed = family.params.model_copy(update={key: changes[key] for key in known})
    family = family._replace(params=changed)
    few, others = digits.take(np.arange(50)), digits.take(np.arange(50, 100))
    log = EpochLog(name)
    return family, family.fit(few, others, log), log


def saved(family, model, folder):
    """The bytes of all files that are written into a new folder."""
    folder.mkdir()
    family.framework.save(model, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}


def kept(family, model, images, folder, classes):
    """The scores of the images, as promised; a saved and loaded model gives the same."""
    scores = family.score(model, images)
    assert scores.shape == (len(images), classes)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert are_probabilities(scores) == (family.name not in DECISIONS)
    assert saved(family, model, folder)
    loaded = family.framework.load(family.build, folder)
    np.testing.assert_array_equal(family.score(loaded, images), scores)
    np.testing.assert_allclose(family.score(loaded, images[:1]), scores[:1], atol=1e-5)
    return scores


def test_one_architecture_stands_side_by_side_in_three_libraries():
    assert len(PARITY) == len({FAMILIES[name].framework for name in PARITY}) == 3


@pytest.mark.parametrize("name", FAMILIES)
def test_family(name, digits, tmp_path):
    family, model, log = fitted(name, digits, **PATIENT)
    scores = kept(family, model, digits.images[:100], tmp_path / "model", 10)
    if name == "dummy":
        commonest = np.bincount(digits.labels[:50]).max() / 50
        assert accuracy(scores[:50], digits.labels[:50]) == commonest
    elif name != "boosting":  # its leaves hold at least 20 rows: too many for 50 digits
        # All but one at most: a penalty or the best validation loss may leave one wrong.
        assert accuracy(scores[:50], digits.labels[:50]) >= 0.98
    assert {each["split"] for each in log.curve} == {"train", "validation"}
    size = family.framework.parameters(model)
    assert size is None or size > 100
    if name in PARITY:
        assert size == 785 * 392 + 393 * 196 + 197 * 10
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
    quick = {"epochs": 1, "iterations": 3, "members": 1, "batch_size": 10, "min_steps": 1}
    family, model, _ = fitted(name, digits._replace(labels=labels), classes, **quick)
    kept(family, model, digits.images[:30], tmp_path / "model", classes)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_same_seed_gives_the_same_model(name, digits, tmp_path):
    files, scores = [], []
    for run in ("first", "again"):
        quick = {"epochs": 2, "iterations": 5, "batch_size": 10, "min_steps": 1}
        family, model, _ = fitted(name, digits, **quick)
        files.append(saved(family, model, tmp_path / run))
        scores.append(family.score(model, digits.images[:50]))
    if FAMILIES[name].framework == "spark_ml":  # which promises no last byte
        assert list(files[0]) == list(files[1])
        np.testing.assert_allclose(*scores, atol=1e-6)
    else:
        assert files[0] == files[1]


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
