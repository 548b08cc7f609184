import numpy as np
import pytest
from sklearn.metrics import auc, average_precision_score, roc_auc_score

from stages.measuring.one_vs_rest import (
    POINTS,
    best_threshold,
    precision_recall_curves,
    roc_curves,
    summary_by_class,
)

CLASSES = ["a", "b", "c"]


@pytest.fixture
def scored():
    """Scores (3000, 3) that lean towards the labels, and the labels."""
    rng = np.random.default_rng(0)
    labels = rng.integers(3, size=3000)
    scores = rng.random((3000, 3)) + np.eye(3)[labels] * 0.6
    return (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32), labels


def test_the_threshold_by_hand_on_ten_rows():
    scores = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    positive = np.array([0, 0, 0, 1, 0, 1, 0, 1, 1, 1], bool)
    # From 0.6 up four of five are positive, from 0.8 up three of three.
    assert best_threshold(scores, positive, 0.8) == 0.6
    assert best_threshold(scores, positive, 0.9) == 0.8
    assert best_threshold(scores, ~positive, 0.9) is None


def test_areas_are_those_of_scikit_learn(scored):
    scores, labels = scored
    both = {"validation": scores[:1500], "test": scores[1500:]}
    known = {"validation": labels[:1500], "test": labels[1500:]}
    table = summary_by_class(both, known, CLASSES, target=0.9)
    for number, line in table.iterrows():
        positive, own = known["test"] == number, both["test"][:, number]
        assert line["auc"] == pytest.approx(roc_auc_score(positive, own))
        assert line["average_precision"] == pytest.approx(average_precision_score(positive, own))


def test_the_threshold_is_chosen_on_validation_rows_and_only_checked_on_test_rows(scored):
    scores, labels = scored
    both = {"validation": scores[:1500], "test": scores[1500:]}
    known = {"validation": labels[:1500], "test": labels[1500:]}
    table = summary_by_class(both, known, CLASSES, target=0.9)
    for number, line in table.iterrows():
        for split in ("validation", "test"):
            found, positive = both[split][:, number] >= line["threshold"], known[split] == number
            hits = (found & positive).sum()
            assert line[f"{split}_precision"] == pytest.approx(hits / found.sum())
            assert line[f"{split}_recall"] == pytest.approx(hits / positive.sum())
        assert line["validation_precision"] >= 0.9
        # No lower threshold reaches the target on the validation rows.
        own, positive = both["validation"][:, number], known["validation"] == number
        lower = [each for each in np.unique(own) if each < line["threshold"]]
        assert all((positive & (own >= each)).sum() / (own >= each).sum() < 0.9 for each in lower)
    shuffled = known | {"test": np.roll(known["test"], 1)}
    again = summary_by_class(both, shuffled, CLASSES, target=0.9)
    assert again["threshold"].tolist() == table["threshold"].tolist()
    assert again["test_precision"].tolist() != table["test_precision"].tolist()


def test_a_target_out_of_reach_leaves_the_threshold_empty():
    scores = np.full((10, 2), 0.5)
    labels = np.arange(10) % 2
    both, known = dict.fromkeys(["validation", "test"], scores), {"validation": labels}
    table = summary_by_class(both, known | {"test": labels}, ["a", "b"], target=0.9)
    assert table[["threshold", "test_precision", "test_recall"]].isna().all(axis=None)
    assert table["auc"].tolist() == [0.5, 0.5]


def test_thinned_curves_keep_their_ends_and_their_area(scored):
    scores, labels = scored
    curves = roc_curves(scores, labels, CLASSES)
    for number, name in enumerate(CLASSES):
        curve = curves[curves["class"] == name]
        assert len(curve) <= POINTS
        x, y = curve["false_positive_rate"].to_numpy(), curve["true_positive_rate"].to_numpy()
        assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
        assert auc(x, y) == pytest.approx(
            roc_auc_score(labels == number, scores[:, number]), abs=0.01
        )


def test_every_point_of_precision_and_recall_is_true(scored):
    scores, labels = scored
    curves = precision_recall_curves(scores, labels, CLASSES)
    for number, name in enumerate(CLASSES):
        curve = curves[curves["class"] == name]
        assert 2 < len(curve) <= POINTS
        for point in curve.itertuples():
            found = scores[:, number] >= np.float32(point.threshold)
            hits = (found & (labels == number)).sum()
            assert point.precision == pytest.approx(hits / found.sum())
            assert point.recall == pytest.approx(hits / (labels == number).sum())
