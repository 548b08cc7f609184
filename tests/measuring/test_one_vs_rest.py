import numpy as np
import pytest
from sklearn.metrics import auc, average_precision_score, roc_auc_score

from stages.measuring.one_vs_rest import POINTS, best_threshold, curves, summary_by_class

CLASSES = ["a", "b", "c"]
RNG = np.random.default_rng(0)
LABELS = RNG.integers(3, size=3000)
SCORES = RNG.random((3000, 3)) + np.eye(3)[LABELS] * 0.6  # they lean towards the labels
SCORES = (SCORES / SCORES.sum(axis=1, keepdims=True)).astype(np.float32)
BOTH = {"validation": SCORES[:1500], "test": SCORES[1500:]}
KNOWN = {"validation": LABELS[:1500], "test": LABELS[1500:]}


def reached(positive, own, threshold):
    """Precision and recall of the rows from the threshold up."""
    hits = (positive & (own >= threshold)).sum()
    return hits / (own >= threshold).sum(), hits / positive.sum()


def test_the_threshold_by_hand_on_ten_rows():
    scores = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    positive = np.array([0, 0, 0, 1, 0, 1, 0, 1, 1, 1], bool)
    # From 0.6 up four of five are positive, from 0.8 up three of three: surely 0.44 and 0.53.
    z = 1.6448536269514722
    four_of_five = (0.8 + z**2 / 10 - z * (0.8 * 0.2 / 5 + z**2 / 100) ** 0.5) / (1 + z**2 / 5)
    three_of_three = 3 / (3 + z**2)
    assert best_threshold(positive, scores, four_of_five - 1e-9) == 0.6
    assert best_threshold(positive, scores, four_of_five + 1e-9) == 0.8
    assert best_threshold(positive, scores, three_of_three - 1e-9) == 0.8
    assert best_threshold(positive, scores, three_of_three + 1e-9) is None
    assert best_threshold(~positive, scores, 0.9) is None


def test_few_thresholds_fall_short_on_other_rows():
    rng, short, found = np.random.default_rng(3), 0, 0
    for _ in range(200):
        positive = rng.random((2, 1000)) < 0.1
        scores = rng.normal(size=(2, 1000)) + 2.5 * positive
        threshold = best_threshold(positive[0], scores[0], 0.8)
        if threshold is not None:
            found += 1
            short += reached(positive[1], scores[1], threshold)[0] < 0.8
    assert found > 150
    assert short / found < 0.2  # about half did, when the best of one sample was taken as it is


def test_the_threshold_is_chosen_on_validation_rows_and_only_checked_on_test_rows():
    table = summary_by_class(BOTH, KNOWN, CLASSES, target=0.9)
    for number, line in table.iterrows():
        for split, each in BOTH.items():
            found = reached(KNOWN[split] == number, each[:, number], line["threshold"])
            assert (line[f"{split}_precision"], line[f"{split}_recall"]) == pytest.approx(found)
        test = KNOWN["test"] == number, BOTH["test"][:, number]
        areas = roc_auc_score(*test), average_precision_score(*test)
        assert (line["auc"], line["average_precision"]) == areas
        assert line["validation_precision"] >= 0.9
    shuffled = KNOWN | {"test": np.roll(KNOWN["test"], 1)}
    again = summary_by_class(BOTH, shuffled, CLASSES, target=0.9)
    assert again["threshold"].tolist() == table["threshold"].tolist()
    assert again["test_precision"].tolist() != table["test_precision"].tolist()


def test_a_target_out_of_reach_leaves_the_threshold_empty():
    scores, labels = np.full((10, 2), 0.5), np.arange(10) % 2
    both = dict.fromkeys(["validation", "test"], scores)
    table = summary_by_class(both, dict.fromkeys(both, labels), ["a", "b"], target=0.9)
    assert table[["threshold", "test_precision", "test_recall"]].isna().all(axis=None)
    assert table["auc"].tolist() == [0.5, 0.5]


def test_a_class_without_rows_has_no_curve_and_an_empty_line():
    found = curves(SCORES[:, [0, 1, 2, 2]], LABELS, [*CLASSES, "none"])
    assert [table["class"].unique().tolist() for table in found.values()] == [CLASSES] * 2
    both = {split: scores[:, [0, 1, 2, 2]] for split, scores in BOTH.items()}
    line = summary_by_class(both, KNOWN, [*CLASSES, "none"], target=0.9).iloc[3]
    assert line.drop("class").isna().all()


def test_thinned_curves_keep_their_ends_and_their_area():
    table = curves(SCORES, LABELS, CLASSES)["roc"]
    for number, name in enumerate(CLASSES):
        curve = table[table["class"] == name]
        assert len(curve) <= POINTS
        x, y = curve["false_positive_rate"].to_numpy(), curve["true_positive_rate"].to_numpy()
        assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
        expected = roc_auc_score(number == LABELS, SCORES[:, number])
        assert auc(x, y) == pytest.approx(expected, abs=0.01)


def test_every_point_of_precision_and_recall_is_true():
    table = curves(SCORES, LABELS, CLASSES)["precision_recall"]
    for number, name in enumerate(CLASSES):
        curve = table[table["class"] == name]
        assert 2 < len(curve) <= POINTS
        for point in curve.itertuples():
            found = reached(number == LABELS, SCORES[:, number], np.float32(point.threshold))
            assert (point.precision, point.recall) == pytest.approx(found)
