"""Figures of the families' errors, and of how one family came by its own, as SVG text."""

from typing import Any

import pandas as pd
from matplotlib.ticker import MaxNLocator

from stages.comparing.leaderboard import COSTS
from stages.drawing.style import (
    COLOURS,
    LEGEND,
    OTHERS,
    log_axis,
    new_figure,
    percent_axis,
    svg,
    tick_number,
    tick_percent,
)

TRAIN, VALIDATION, TEST = COLOURS[:3]


def intervals(table: pd.DataFrame, dataset: dict[str, Any]) -> str:
    """Test error of each family of a leaderboard, with its 95 % interval, the best on top.

    Errors stand on a logarithmic axis: between good families they differ by factors. `dataset` has
    the `name` and the number of `test` rows.
    """
    figure, axes = new_figure(7, 0.9 + 0.3 * len(table))
    error, low, high = (
        _errors(table[f"test_accuracy{end}"], dataset) for end in ("", "_high", "_low")
    )
    reach = [error - low, high - error]
    axes.errorbar(error, table["family"], xerr=reach, fmt="o", color=TRAIN, capsize=3, markersize=5)
    axes.invert_yaxis()
    log_axis(axes.xaxis, tick_percent)
    images = f"{dataset['test']:,} test images of {dataset['name']}"
    axes.set_xlabel(f"Errors on {images}, with 95 % interval")
    return svg(figure)


def costs_figure(table: pd.DataFrame, dataset: dict[str, Any]) -> str:
    """Test error against each cost; who is on the Pareto front is named and joined by a line.

    `table` as `cost_table` makes it.
    """
    columns = 3
    rows = -(-len(COSTS) // columns)
    figure, grid = new_figure(10, 3.2 * rows, columns=columns, rows=rows)
    for axes, cost in zip(grid.flat, COSTS, strict=False):
        known = table[table[cost.column].notna() & (table[cost.column] > 0)]
        error = _errors(known["test_accuracy"], dataset)
        front = known[f"{cost.column}_front"].astype(bool)
        axes.plot(known[cost.column][~front], error[~front], "o", color=OTHERS, markersize=4)
        best = known[front].assign(error=error[front]).sort_values([cost.column, "error"])
        axes.plot(best[cost.column], best["error"], "o-", color=COLOURS[0], drawstyle="steps-post")
        for line in best.itertuples():
            place = (getattr(line, cost.column), line.error)
            axes.annotate(line.family, place, (4, 4), textcoords="offset points", fontsize=7)
        axes.margins(x=0.12, y=0.1)
        log_axis(axes.xaxis, tick_number, decades=1.5)
        log_axis(axes.yaxis, tick_percent)
        axes.set(xlabel=cost.title, ylabel="Test error")
    for axes in grid.flat[len(COSTS) :]:
        axes.set_axis_off()
    images = f"{dataset['test']:,} test images of {dataset['name']}"
    figure.suptitle(f"Error on {images} against what it costs")
    return svg(figure)


def learning_curve(name: str, curve: pd.DataFrame) -> str:
    """Accuracy and loss by epoch; `curve` has the columns epoch, split, loss, accuracy."""
    figure, panels = new_figure(7, 2.7, columns=2)
    units = {"accuracy": "Accuracy", "loss": "Cross-entropy (nats)"}
    for axes, (column, unit) in zip(panels, units.items(), strict=True):
        for split, colour in (("train", TRAIN), ("validation", VALIDATION)):
            part = curve[curve["split"] == split].dropna(subset=[column])
            style = {"marker": "o" if len(part) <= 30 else None, "markersize": 3}
            axes.plot(part["epoch"], part[column], color=colour, label=split, **style)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set(xlabel="Epoch", ylabel=unit, title=f"{name}: {column}")
    percent_axis(panels[0].yaxis)
    panels[1].legend(**LEGEND)
    return svg(figure)


def members_curve(curve: pd.DataFrame, dataset: dict[str, Any]) -> str:
    """The ensemble's error as members join; `curve` as the stage `ensemble` writes it."""
    figure, axes = new_figure(7, 3.4)
    for split, colour, aside in (("validation", VALIDATION, -0.04), ("test", TEST, 0.04)):
        part = curve[curve["split"] == split]
        reach = [part["accuracy_high"] - part["accuracy"], part["accuracy"] - part["accuracy_low"]]
        style = {"color": colour, "label": f"{split} ({dataset[split]:,} images)"}
        at = part["members"] + aside
        axes.errorbar(at, 1 - part["accuracy"], yerr=reach, fmt="o-", capsize=3, **style)
    names = curve.drop_duplicates("members")["added"]
    axes.set_xticks(range(1, len(names) + 1), [f"{n}\n+ {name}" for n, name in enumerate(names, 1)])
    percent_axis(axes.yaxis)
    axes.set(xlabel="Members, best first", ylabel="Errors, with 95 % interval")
    axes.set_title(f"ensemble: error on {dataset['name']} against the number of members")
    figure.legend(loc="outside lower center", ncols=2, **LEGEND)
    return svg(figure)


def _errors(accuracies: pd.Series, dataset: dict[str, Any]) -> pd.Series:
    """No error at all has no place on a logarithmic axis: it stands at half a test row."""
    return (1 - accuracies).clip(lower=0.5 / dataset["test"])
