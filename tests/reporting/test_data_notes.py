import pandas as pd
import pytest

from stages.reporting import data_notes as module

CLEAN = {
    kind: {"train_validation": 0, "train_test": 0, "validation_test": 0}
    for kind in ("shared", "near")
}
EVEN = {"a": 500, "b": 400}
OWN = {"name": "mine", "test": 1200, "test_set": "its own"}


def data_notes(dataset, exploration, counts=EVEN):
    table = pd.DataFrame({"split": "train", "class": list(counts), "count": counts.values()})
    # The other parts are not asked.
    return module.data_notes(
        dataset, exploration, pd.concat([table, table.assign(split="test", count=1)])
    )


def test_clean_data_need_no_note():
    assert data_notes(OWN, CLEAN) == []


def test_what_parts_share_is_told():
    (note,) = data_notes(OWN, CLEAN | {"near": {"train_test": 50}})
    assert note.startswith("50 test rows occur among the training rows")
    assert note.endswith("(equal but for some pixels).")


def test_blank_rows_are_counted_over_all_parts():
    parts = {"train": {"blank": 3}, "test": {"blank": 0}, "unlabelled": {"blank": 2}}
    assert data_notes(OWN, CLEAN | parts) == ["5 rows are blank: nothing is to be seen on them."]


def test_test_rows_that_were_held_out_are_told():
    (note,) = data_notes(OWN | {"test_set": "held out"}, CLEAN)
    assert note.startswith("mine has no test set of its own: 1,200 of its rows, stratified")


def test_test_rows_of_which_some_were_held_out_are_told():
    (note,) = data_notes(OWN | {"test_set": "held out in part"}, CLEAN)
    assert note.startswith("Of mine some sources have no test rows of their own: ")


@pytest.mark.parametrize(
    ("counts", "starts"),
    [
        ({"a": 199, "b": 20}, []),
        (
            {"a": 190, "b": 19},
            [
                "Of the classes 1 of 2 have fewer than 20 training rows, b has 19: ",
                "Class a has 190 training rows",
            ],
        ),
        (
            {"a": 30, "b": 7, "c": 9, "d": 3},
            ["Of the classes 3 of 4 have fewer than 20 training rows, d has 3:", "Class a"],
        ),
        ({"a": 1900, "b": 38}, ["Class a has 1,900 training rows, class b 38: accuracy says"]),
    ],
)
def test_rare_and_uneven_classes_are_told(counts, starts):
    notes = data_notes(OWN, CLEAN, counts)
    assert len(notes) == len(starts)
    assert all(note.startswith(start) for note, start in zip(notes, starts, strict=True))


def test_how_many_labels_look_wrong():
    judged = pd.DataFrame({"rows": [20_000], "suspicious": [3], "share": [0.0004]})
    assert module.labels(judged).startswith(
        "3 of the 20,000 validation and test labels look wrong (est"
    )
    assert module.labels(judged).endswith("; training labels are not judged.")
    assert module.labels(judged * 0 + [20_000, 0, 0]).startswith(
        "None of the 20,000 validation and test"
    )
