"""The families in order: ranked by validation accuracy, never by what the test rows say."""

import pandas as pd


def leaderboard(scores: dict[str, dict[str, dict[str, float]]]) -> pd.DataFrame:
    """One line for each family of {family: {split: {metric: value}}}, the best first.

    Equal validation accuracies are ordered by name, so that the order is always the same.
    """
    table = pd.DataFrame([{"family": name} | _flat(parts) for name, parts in scores.items()])
    order = table.sort_values(["validation_accuracy", "family"], ascending=[False, True])
    order.insert(0, "rank", range(1, len(order) + 1))
    return order.reset_index(drop=True)


def _flat(parts: dict[str, dict[str, float]]) -> dict[str, float]:
    return {
        f"{split}_{metric}": value
        for split, metrics in parts.items()
        for metric, value in metrics.items()
    }
