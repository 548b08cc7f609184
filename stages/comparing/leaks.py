"""Images that two parts have in common, though they must not."""

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


def leaks(exploration: dict[str, Any]) -> list[str]:
    """A line for each pair of parts, of what `explore` has counted in both; none where all is well.

    `exploration`: the content of plots/explore/numbers.json.
    """
    return [
        f"{exploration[kind][pair]:,} {told} ({how})"
        for kind, how in LIKENESS.items()
        for pair, told in LEAKS.items()
        if exploration.get(kind, {}).get(pair)
    ]
