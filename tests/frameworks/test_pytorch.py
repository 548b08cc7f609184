import numpy as np
import pytest

from stages.core.scores import accuracy
from stages.fitting.epochs import EpochLog
from stages.fitting.family import open_family


@pytest.fixture
def fit(digits):
    def fit(**changes):
        family = open_family("mlp_64", classes=10)
        params = family.params.model_copy(update={"epochs": 3, "min_steps": 1} | changes)
        family, rows = family._replace(params=params), digits.take(np.arange(500))
        log = EpochLog("mlp_64")
        return family, family.fit(rows, rows, log), log

    return fit


def test_a_committee_answers_with_the_mean_and_its_first_is_as_alone(fit, digits):
    images = digits.images[:20]
    family, model, log = fit(members=2)
    first, second = (family.score(member, images) for member in model.members)
    assert np.abs(first - second).max() > 1e-3
    np.testing.assert_allclose(family.score(model, images), (first + second) / 2, atol=1e-6)
    np.testing.assert_array_equal(family.score(fit()[1], images), first)
    assert [each["epoch"] for each in log.curve] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    assert family.framework.parameters(model) == 2 * (785 * 64 + 65 * 10)


def test_a_recipe_of_one_epoch_learns_from_few_digits_too(digits):
    found = {}
    for least in (1, 200):
        family = open_family("fast_cnn", classes=10)
        changed = family.params.model_copy(update={"min_steps": least, "batch_size": 32})
        family = family._replace(params=changed)
        few, others = digits.take(np.arange(200)), digits.take(np.arange(200, 600))
        model = family.fit(few, others, EpochLog("fast_cnn"))
        found[least] = accuracy(family.score(model, others.images), others.labels)
    assert found[1] < 0.6
    assert found[200] > 0.85


def test_averaged_weights_lie_between_those_of_the_steps(fit):
    last, mean, nearly_last = (
        fit(average=average)[1][2].weight.detach().numpy() for average in (None, 0.9, 1e-6)
    )
    np.testing.assert_allclose(last, nearly_last, atol=1e-6)
    assert np.abs(last - mean).max() > 1e-4


def test_the_average_of_a_short_fit_has_left_its_start_behind(fit):
    _, _, plain = fit()
    _, _, averaged = fit(average=0.998)
    assert averaged.curve[-1]["accuracy"] > plain.curve[-1]["accuracy"] - 0.05
