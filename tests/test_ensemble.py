import numpy as np
import pytest
from sklearn.metrics import log_loss

from stages import ensemble
from stages.core.errors import UserError
from stages.ensemble import answers_unseen, fit_weights, join, read_members


@pytest.fixture
def members():
    """Three members' probabilities for 200 rows of 4 classes: good, worse, and noise."""
    rng = np.random.default_rng(0)
    labels = rng.integers(4, size=200)
    logits = np.stack(
        [strength * np.eye(4)[labels] + rng.normal(size=(200, 4)) for strength in (3, 2, 0)]
    )
    scores = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    return scores.astype(np.float32), labels


def test_weights_are_those_of_a_search_over_all_of_them(members):
    scores, labels = members
    grid = [(a, b, 1 - a - b) for a in np.linspace(0, 1, 51) for b in np.linspace(0, 1 - a, 26)]
    exact = scores.astype(np.float64) / scores.sum(axis=2, keepdims=True, dtype=np.float64)
    losses = [log_loss(labels, np.einsum("m,mnc->nc", each, exact)) for each in grid]
    weights = fit_weights(scores, labels)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    assert log_loss(labels, np.einsum("m,mnc->nc", weights, exact)) <= min(losses) + 1e-4
    assert weights.tolist() == [round(float(weight), 2) for weight in weights]
    np.testing.assert_allclose(weights, grid[np.argmin(losses)], atol=0.05)


def test_one_member_has_all_the_weight(members):
    scores, labels = members
    np.testing.assert_allclose(fit_weights(scores[:1], labels), [1])


def test_hundredths_sum_to_1_and_noise_has_none(members):
    scores, labels = members
    weights = fit_weights(np.concatenate([scores[:1], np.full((6, 200, 4), 0.25, "f4")]), labels)
    assert weights[0] == 1
    thirds = fit_weights(np.stack([scores[0]] * 3), labels)
    assert sorted(thirds) == [0.33, 0.33, 0.34]


def test_no_row_is_answered_with_weights_that_it_has_helped_to_fit(members):
    scores, labels = members
    unseen = answers_unseen(scores, labels)
    np.testing.assert_allclose(unseen.sum(axis=1), 1, atol=1e-5)
    # Members of chance alone: one says right what another says wrong, so weights learn by heart.
    rng = np.random.default_rng(1)
    noise = rng.dirichlet([0.2] * 2, (40, 60)).astype(np.float32)
    truth = rng.integers(2, size=60)
    seen = join(noise, fit_weights(noise, truth))
    assert (seen.argmax(1) == truth).mean() > 0.7
    assert (answers_unseen(noise, truth).argmax(1) == truth).mean() < 0.65


def test_joined_probabilities_are_probabilities(members):
    joined = join(members[0], np.array([0.5, 0.25, 0.25]))
    np.testing.assert_allclose(joined.sum(axis=1), 1, atol=1e-5)
    assert joined.dtype == np.float32


def test_decision_values_cannot_be_averaged(tmp_path, monkeypatch):
    monkeypatch.setattr(ensemble, "MEMBERS", tmp_path)
    (tmp_path / "svm").mkdir()
    np.save(tmp_path / "svm/validation.npy", np.array([[3.1, 0.2]], np.float32))
    with pytest.raises(UserError, match="ensemble.members: svm has scores but no probabilities"):
        read_members("validation")
