"""Tables of a line for each family: how good it is, and what it costs."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

# What families may be ranked by, and what the table of metrics calls it.
CHOICES = {"accuracy": "accuracy", "balanced_accuracy": "recall", "macro_f1": "f1"}


class Ranking(NamedTuple):
    """By what families are ranked on validation rows: one of `CHOICES`; `robustness` is the weight
    of the mean accuracy on corrupted validation rows beside it, 0 to 1."""

    by: str = "accuracy"
    robustness: float = 0.0

    @property
    def title(self) -> str:
        """What people read of it."""
        name = self.by.replace("_", " ").replace("f1", "F1")
        if not self.robustness:
            return name
        share = 100 * self.robustness
        return f"{name} ({100 - share:g} %) and accuracy on corrupted images ({share:g} %)"


class Cost(NamedTuple):
    """A column of the table of costs: its `title` with unit; `less` of it is better, or more."""

    column: str
    title: str
    less: bool = True


COSTS = (
    Cost("seconds", "Fitting (s)"),
    Cost("peak_memory_mb", "Peak memory while fitting (MB)"),
    Cost("parameters", "Parameters"),
    Cost("size_mb", "Size on disk (MB)"),
    Cost("milliseconds_per_digit", "One image alone (ms)"),
    Cost("digits_per_second", "Images per second, in batches", less=False),
)
BY_ACCURACY = Ranking()


def leaderboard(
    scores: dict[str, dict[str, dict[str, float]]], ranking: Ranking = BY_ACCURACY
) -> pd.DataFrame:
    """One line for each family of {family: {split: {metric: value}}}, the best first: ranked as it
    says on validation rows (`ranked_value`), never by what the test rows say. Where a family was
    fitted with several seeds its accuracy is the mean over them.

    Of equals, which share a rank, the one of less validation log loss comes first; after those, by
    name, any without. Who was not asked about corrupted rows, as the ensemble, comes last where
    they count.
    """
    lines = [{"family": name} | parts for name, parts in scores.items()]
    table = pd.json_normalize(lines, sep="_")
    if "validation_log_loss" not in table:
        table["validation_log_loss"] = np.nan
    value = table[f"validation_{CHOICES[ranking.by]}"]
    if ranking.by == "accuracy" and "validation_accuracy_mean" in table:
        value = table["validation_accuracy_mean"].fillna(value)
    if ranking.robustness:
        value = value + ranking.robustness * (table["validation_robustness"] - value)
    table["ranked_value"] = value
    keys = {"ranked_value": False, "validation_log_loss": True, "family": True}
    order = table.sort_values([*keys], ascending=[*keys.values()], ignore_index=True)
    ranks = order["ranked_value"].rank(method="min", ascending=False, na_option="bottom")
    order.insert(0, "rank", ranks.astype(int))
    return order


def cost_table(families: list[str], scores: dict[str, Any], fits: dict[str, Any]) -> pd.DataFrame:
    """A line for each of the families: test accuracy, every cost, and per cost `COST_front`:
    whether it is on the Pareto front of test accuracy and that cost."""
    table = pd.DataFrame(
        [
            {"family": name, "test_accuracy": scores[name]["test"]["accuracy"]}
            | fits[name]["costs"]
            | {"parameters": fits[name]["parameters"]}
            for name in families
        ]
    )
    return table.assign(**{f"{cost.column}_front": on_front(table, cost) for cost in COSTS})


def on_front(table: pd.DataFrame, cost: Cost) -> pd.Series:
    """Whether no other family is at least as accurate and as cheap, and better in one of both."""
    price = table[cost.column].astype(float) * (1 if cost.less else -1)
    accuracy = table["test_accuracy"]
    beaten = [
        ((price <= p) & (accuracy >= a) & ((price < p) | (accuracy > a))).any()
        for p, a in zip(price, accuracy, strict=True)
    ]
    return price.notna() & ~np.array(beaten)
