"""What a reader must know of the data before believing any number."""

from typing import Any

LEAKS = {  # pairs of parts, and what their common images mean
    "train_test": "test rows occur among the training rows: test accuracies flatter",
    "validation_test": "test rows occur among the validation rows: choices were made on them",
    "train_validation": "validation rows occur among the training rows: the choice of a family is "
    "flattered",
    "train_unlabelled": "rows without a label occur among the training rows: what is said of the "
    "submission elsewhere flatters",
}
LIKENESS = {"shared": "equal pixel for pixel", "near": "equal but for some pixels"}


def data_notes(dataset: dict[str, Any], exploration: dict[str, Any]) -> list[str]:
    """Sentences in plain text; none where nothing is amiss."""
    notes = [
        f"{exploration[kind][pair]:,} {told} ({how})."
        for kind, how in LIKENESS.items()
        for pair, told in LEAKS.items()
        if exploration[kind].get(pair)
    ]
    blank = sum(part["blank"] for name, part in exploration.items() if name not in LIKENESS)
    if blank:
        notes.append(f"{blank:,} rows are blank: nothing is to be seen on them.")
    if dataset["test_set"] == "held out":
        notes.append(
            f"{dataset['name']} has no test set of its own: {dataset['test']:,} of its rows, "
            "stratified, were held out as test rows before anything was fitted."
        )
    return notes
