import numpy as np
import pytest
from sklearn.metrics import classification_report, confusion_matrix
from statsmodels.stats.proportion import proportion_confint

from stages.core.rows import Rows
from stages.measuring.tables import by_source, confusion, per_class, tables, worst_errors

CLASSES = ["zero", "one", "two"]
SCORES = np.array(
    [
        [0.8, 0.1, 0.2, 0.1, 0.3, 0.0, 0.6, 0.1, 0.5, 0.9],
        [0.1, 0.8, 0.7, 0.1, 0.4, 0.0, 0.2, 0.2, 0.4, 0.05],
        [0.1, 0.1, 0.1, 0.8, 0.3, 1.0, 0.2, 0.7, 0.1, 0.05],
    ],
    np.float32,
).T
LABELS = np.array([0, 1, 0, 2, 1, 0, 2, 2, 1, 0])  # wrong: 2 (1), 5 (2), 6 (0), 8 (0)


def test_precision_recall_and_support_are_those_of_scikit_learns_report():
    report = classification_report(
        LABELS, SCORES.argmax(axis=1), target_names=CLASSES, output_dict=True
    )
    scores, labels = {"validation": SCORES[::-1], "test": SCORES}, {"validation": LABELS[::-1]}
    table = per_class(scores, labels | {"test": LABELS}, CLASSES)
    assert table[["split", "class"]].to_numpy().tolist() == [
        [split, name] for split in ("validation", "test") for name in CLASSES
    ]
    for line in table.rename(columns={"f1": "f1-score"}).to_dict("records"):
        expected = report[line["class"]]
        assert {key: line[key] for key in expected} == pytest.approx(expected)


def test_shares_of_the_confusion_by_hand():
    table = confusion(SCORES, LABELS, CLASSES).set_index(["actual", "predicted"])
    counts = confusion_matrix(LABELS, SCORES.argmax(axis=1))
    assert table["count"].tolist() == counts.ravel().tolist()
    assert table.loc[("zero", "one"), "of_actual"] == 1 / 4
    assert table.loc[("zero", "one"), "errors_of_actual"] == 1 / 2
    assert table.loc[("two", "zero"), "errors_of_predicted"] == 1 / 2
    assert table.loc[("one", "one"), "errors_of_actual"] == 0
    # Every class has errors.
    assert table["errors_of_actual"].sum() == table["errors_of_predicted"].sum() == 3


def test_without_an_error_or_without_a_row_shares_are_0():
    table = confusion(SCORES[[0, 1]], np.array([0, 1]), CLASSES)
    assert table["of_actual"].tolist() == [1, 0, 0, 0, 1, 0, 0, 0, 0]
    assert not table[["errors_of_actual", "errors_of_predicted"]].to_numpy().any()


def test_accuracy_by_source():
    sources = np.array(["mine"] * 4 + ["theirs"] * 6)
    table = by_source(SCORES, LABELS, sources).set_index("source")
    right = SCORES.argmax(axis=1) == LABELS
    assert table["digits"].to_dict() == {"mine": 4, "theirs": 6}
    expected = {"mine": right[:4].mean(), "theirs": right[4:].mean()}
    assert table["accuracy"].to_dict() == pytest.approx(expected)
    ends = proportion_confint(right[:4].sum(), 4, method="wilson")
    found = table.loc["mine", ["accuracy_low", "accuracy_high"]].tolist()
    assert found == pytest.approx(ends)


def test_the_worst_errors_come_first_with_their_place_in_the_file():
    table = worst_errors(SCORES, LABELS, np.arange(100, 110), CLASSES)
    assert table["index"].tolist() == [105, 102, 106, 108]
    first = table.iloc[0]
    assert (first["label"], first["predicted"]) == ("zero", "two")
    assert first["margin"] == first["score_predicted"] - first["score_label"] == 1
    assert table["margin"].to_numpy() == pytest.approx([1, 0.5, 0.4, 0.1], abs=1e-6)


@pytest.mark.parametrize(("factor", "less", "empty"), [(1, 0, []), (5, 2, ["calibration"])])
def test_every_table_has_lines_and_none_for_probabilities_that_are_not_there(factor, less, empty):
    rows = Rows(np.zeros((10, 28, 28), np.uint8), LABELS, np.arange(10))
    both = dict.fromkeys(["validation", "test"], rows)
    found = tables(dict.fromkeys(both, SCORES * factor - less), both, CLASSES, target=0.5)
    assert [kind for kind, table in found.items() if table.empty] == empty
