import numpy as np
import pytest

from stages.fitting.epochs import EpochLog
from stages.fitting.family import open_family


@pytest.fixture
def fit(digits):
    def fit(**changes):
        family = open_family("mlp_64", classes=10)
        params = family.params.model_copy(update={"epochs": 3} | changes)
        family = family._replace(params=params)
        rows = digits.take(np.arange(500))
        log = EpochLog("mlp_64")
        return family, family.fit(rows, rows, log), log

    return fit


def test_a_committee_answers_with_the_mean_of_its_members(fit, digits):
    family, model, log = fit(members=2)
    first, second = (family.score(member, digits.images[:20]) for member in model.members)
    assert np.abs(first - second).max() > 1e-3
    np.testing.assert_allclose(
        family.score(model, digits.images[:20]), (first + second) / 2, atol=1e-6
    )
    assert [row[0] for row in log.rows] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    assert family.framework.parameters(model) == 2 * (785 * 64 + 65 * 10)


def test_the_first_member_is_the_network_alone(fit, digits):
    family, alone, _ = fit()
    _, committee, _ = fit(members=2)
    ours = family.score(alone, digits.images[:20])
    np.testing.assert_array_equal(ours, family.score(committee.members[0], digits.images[:20]))


def test_averaged_weights_lie_between_those_of_the_steps(fit):
    _, last, _ = fit()
    _, mean, _ = fit(average=0.9)
    _, nearly_last, _ = fit(average=1e-6)
    weight = [model[2].weight.detach().numpy() for model in (last, mean, nearly_last)]
    np.testing.assert_allclose(weight[0], weight[2], atol=1e-6)
    assert np.abs(weight[0] - weight[1]).max() > 1e-4


def test_the_average_of_a_short_fit_has_left_its_start_behind(fit):
    _, _, plain = fit()
    _, _, averaged = fit(average=0.998)
    (*_, last), (*_, mean) = plain.rows[-1], averaged.rows[-1]
    assert mean > last - 0.05
