"""What each family costs, and which of them nobody beats in accuracy for less."""

from typing import Any, NamedTuple

import pandas as pd


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


def cost_table(
    families: list[str],
    scores: dict[str, Any],
    fits: dict[str, Any],
) -> pd.DataFrame:
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
    fronts = {f"{cost.column}_front": on_front(table, cost) for cost in COSTS}
    return table.assign(**fronts)


def on_front(table: pd.DataFrame, cost: Cost) -> pd.Series:
    """Whether no other family is at least as accurate and as cheap, and better in one of both."""
    price = table[cost.column].astype(float) * (1 if cost.less else -1)
    accuracy = table["test_accuracy"]
    return pd.Series(
        [
            pd.notna(price[i])
            and not (
                (price <= price[i])
                & (accuracy >= accuracy[i])
                & ((price < price[i]) | (accuracy > accuracy[i]))
            ).any()
            for i in table.index
        ],
        index=table.index,
    )
