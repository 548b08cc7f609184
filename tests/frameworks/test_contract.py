"""What every family promises, whatever its library: one test over all of params.yaml."""

import numpy as np
import pytest

from stages.common.epochs import EpochLog
from stages.common.params import read_families
from stages.common.scores import accuracy, are_probabilities
from stages.family import open_family

# So few digits need more steps than a real fit, and no augmentation, to be learnt by heart.
PATIENT = {"epochs": 60, "patience": 60, "augment": "none", "batch_size": 10, "iterations": 60}


def fitted(name, digits, tmp_path, **changes):
    family = open_family(name, classes=10)
    params = family.fit.model_copy(
        update={
            key: value for key, value in changes.items() if key in type(family.fit).model_fields
        }
    )
    few, others = digits.take(np.arange(50)), digits.take(np.arange(50, 100))
    with EpochLog(name, tmp_path / "live") as log:
        model = family.framework.fit(family.build, few, others, params, family.seed, log)
    return family, model, log


@pytest.mark.parametrize("name", read_families())
def test_family(name, digits, tmp_path):
    family, model, log = fitted(name, digits, tmp_path, **PATIENT)
    images = digits.images[:100]
    scores = family.framework.score(model, images)

    assert scores.shape == (100, 10)
    assert scores.dtype == np.float32
    assert are_probabilities(scores)
    if name == "dummy":
        commonest = np.bincount(digits.labels[:50]).max() / 50
        assert accuracy(scores[:50], digits.labels[:50]) == commonest
        return
    # All but one at most: a penalty or the best validation loss may leave one wrong.
    assert accuracy(scores[:50], digits.labels[:50]) >= 0.98
    assert {row[1] for row in log.rows} == {"train", "validation"}

    (tmp_path / "model").mkdir()
    family.framework.save(model, tmp_path / "model")
    loaded = family.framework.load(family.build, tmp_path / "model")
    np.testing.assert_array_equal(family.framework.score(loaded, images), scores)
    assert all(isinstance(text, str) for text in family.framework.environment().values())


@pytest.mark.parametrize("name", read_families())
def test_the_same_seed_gives_the_same_bytes(name, digits, tmp_path):
    saved = []
    for run in ("first", "again"):
        folder = tmp_path / run
        family, model, _ = fitted(name, digits, folder, epochs=2, iterations=5, batch_size=10)
        (folder / "model").mkdir(parents=True)
        family.framework.save(model, folder / "model")
        files = sorted(path for path in folder.glob("model/**/*") if path.is_file())
        saved.append({path.relative_to(folder): path.read_bytes() for path in files})
    assert saved[0]
    assert saved[0] == saved[1]


@pytest.mark.parametrize("name", read_families())
def test_one_image_scores_as_it_does_among_many(name, digits, tmp_path):
    family, model, _ = fitted(name, digits, tmp_path, epochs=2, iterations=5)
    many = family.framework.score(model, digits.images[:30])
    one = family.framework.score(model, digits.images[:1])
    np.testing.assert_allclose(one, many[:1], atol=1e-5)
