"""What a reader must know of the data before believing any number."""

from typing import Any

LEAKS = {  # pairs of parts, and what their common images mean
    "train_test": "test rows occur among the training rows, pixel for pixel: test accuracies flatter",
    "validation_test": "test rows occur among the validation rows, pixel for pixel: thresholds and "
    "choices were made on them",
    "train_validation": "validation rows occur among the training rows, pixel for pixel: validation "
    "accuracies flatter, and with them the choice of a family",
    "train_unlabelled": "rows without a label occur among the training rows, pixel for pixel: what "
    "a leaderboard says of the submission flatters",
}


def data_notes(dataset: dict[str, Any], exploration: dict[str, Any]) -> list[str]:
    """Sentences in plain text; none where nothing is amiss."""
    shared = exploration["shared"]
    notes = [f"{shared[pair]:,} {told}." for pair, told in LEAKS.items() if shared.get(pair)]
    if dataset["test_set"] == "held out":
        notes.append(
            f"{dataset['name']} has no test set of its own: {dataset['test']:,} of its rows, "
            "stratified, were held out as test rows before anything was fitted."
        )
    return notes
