import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import classification_report, confusion_matrix

from stages.core.rows import Rows
from stages.measuring.metrics import numbers
from stages.measuring.tables import confusion_shares, per_class, tables, worst_errors

CLASSES = ["zero", "one", "two"]
SCORES = np.array(
    [
        [0.8, 0.1, 0.1],
        [0.1, 0.8, 0.1],
        [0.2, 0.7, 0.1],
        [0.1, 0.1, 0.8],
        [0.3, 0.4, 0.3],
        [0.0, 0.0, 1.0],
        [0.6, 0.2, 0.2],
        [0.1, 0.2, 0.7],
        [0.5, 0.4, 0.1],
        [0.9, 0.05, 0.05],
    ],
    np.float32,
)
LABELS = np.array([0, 1, 0, 2, 1, 0, 2, 2, 1, 0])  # wrong: 2 (1), 5 (2), 6 (0), 8 (0)


def test_precision_recall_and_support_are_those_of_scikit_learns_report():
    report = classification_report(
        LABELS, SCORES.argmax(axis=1), target_names=CLASSES, output_dict=True
    )
    both, known = {"validation": SCORES[::-1], "test": SCORES}, {"validation": LABELS[::-1]}
    table = per_class(both, known | {"test": LABELS}, CLASSES)
    for split in ("validation", "test"):
        part = table[table["split"] == split].set_index("class")
        for name in CLASSES:
            for key, column in (
                ("precision", "precision"),
                ("recall", "recall"),
                ("f1-score", "f1"),
            ):
                assert part.loc[name, column] == pytest.approx(report[name][key])
            assert part.loc[name, "support"] == report[name]["support"]


def test_shares_of_the_confusion_by_hand():
    table = confusion_shares(SCORES, LABELS, CLASSES).set_index(["actual", "predicted"])
    counts = confusion_matrix(LABELS, SCORES.argmax(axis=1))
    assert table["count"].tolist() == counts.ravel().tolist()
    assert table.loc[("zero", "one"), "of_actual"] == 1 / 4
    assert table.loc[("zero", "one"), "errors_of_actual"] == 1 / 2
    assert table.loc[("two", "zero"), "errors_of_predicted"] == 1 / 2
    assert table.loc[("one", "one"), "errors_of_actual"] == 0
    assert table["errors_of_actual"].sum() == 3  # every class has errors
    assert table["errors_of_predicted"].sum() == 3


def test_without_an_error_or_without_a_row_shares_are_0():
    table = confusion_shares(SCORES[[0, 1]], np.array([0, 1]), CLASSES)
    assert table["of_actual"].tolist() == [1, 0, 0, 0, 1, 0, 0, 0, 0]
    assert not table[["errors_of_actual", "errors_of_predicted"]].to_numpy().any()


def test_the_worst_errors_come_first_with_their_place_in_the_file():
    table = worst_errors(SCORES, LABELS, np.arange(100, 110), CLASSES)
    assert table["index"].tolist() == [105, 102, 106, 108]
    first = table.iloc[0]
    assert (first["label"], first["predicted"]) == ("zero", "two")
    assert first["margin"] == first["score_predicted"] - first["score_label"] == 1
    assert table["margin"].to_numpy() == pytest.approx([1, 0.5, 0.4, 0.1], abs=1e-6)


def test_numbers_are_rounded_and_lack_what_scores_cannot_tell():
    assert {"brier", "ece", "log_loss"} <= set(numbers(SCORES, LABELS))
    assert all(value == round(value, 6) for value in numbers(SCORES, LABELS).values())
    assert not {"brier", "ece", "log_loss"} & set(numbers(SCORES * 5 - 2, LABELS))


def test_every_table_has_lines_and_none_for_probabilities_that_are_not_there():
    rows = Rows(np.zeros((10, 28, 28), np.uint8), LABELS, np.arange(10))
    both = dict.fromkeys(["validation", "test"], rows)
    found = tables(dict.fromkeys(both, SCORES), both, CLASSES, target=0.5)
    assert all(isinstance(table, pd.DataFrame) and len(table) for table in found.values())
    found = tables(dict.fromkeys(both, SCORES * 5 - 2), both, CLASSES, target=0.5)
    assert [kind for kind, table in found.items() if table.empty] == ["calibration"]
