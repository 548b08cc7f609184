"""Figures of the evaluation: costs, robustness, calibration, one class against the rest."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import PercentFormatter

from stages.comparing.costs import Cost
from stages.drawing.style import COLOURS, INK, log_axis, new_figure, percent, short, svg
from stages.measuring.corruptions import Corruption

OTHERS = "#8c959f"  # families that are drawn, but not told apart


def costs_figure(table: pd.DataFrame, costs: tuple[Cost, ...], dataset: dict[str, Any]) -> str:
    """Test error against each cost; who is on the Pareto front is named and joined by a line.

    `table` as `costs.cost_table` makes it.
    """
    figure, grid = new_figure(10, 6.4, columns=3, rows=2)
    for axes, cost in zip(grid.flat, costs, strict=True):
        known = table[table[cost.column].notna() & (table[cost.column] > 0)]
        error = (1 - known["test_accuracy"]).clip(lower=0.5 / dataset["test"])
        front = known[f"{cost.column}_front"].astype(bool)
        axes.plot(known[cost.column][~front], error[~front], "o", color=OTHERS, markersize=4)
        best = known[front].assign(error=error[front]).sort_values([cost.column, "error"])
        axes.plot(best[cost.column], best["error"], "o-", color=COLOURS[0], drawstyle="steps-post")
        for line in best.itertuples():
            place = (getattr(line, cost.column), line.error)
            axes.annotate(line.family, place, (4, 4), textcoords="offset points", fontsize=7)
        axes.margins(x=0.12, y=0.1)
        log_axis(axes.xaxis, short, decades=1.5)
        log_axis(axes.yaxis, percent)
        axes.set(xlabel=cost.title, ylabel="Test error")
    figure.suptitle(
        f"Error on {dataset['test']:,} test images of {dataset['name']} against what it costs"
    )
    return svg(figure)


def robustness_figure(
    tables: dict[str, pd.DataFrame],
    corruptions: dict[str, Corruption],
    chosen: list[str],
    dataset: dict[str, Any],
) -> str:
    """Accuracy against the strength of each corruption: the `chosen` families in colour, all
    others grey. `tables` as the stage `evaluate` writes them."""
    any_table = next(iter(tables.values()))
    kinds = [name for name in corruptions if name in set(any_table["corruption"])]
    rows = -(-(len(kinds) + 1) // 4)
    figure, grid = new_figure(10, 0.7 + 2.5 * rows, columns=4, rows=rows)
    panels = np.atleast_1d(grid).ravel()
    for axes, kind in zip(panels, kinds, strict=False):
        for name in [*(each for each in tables if each not in chosen), *chosen]:
            table = tables[name]
            part = table[table["corruption"].isin(["none", kind])]
            colour = COLOURS[chosen.index(name)] if name in chosen else OTHERS
            width = 1.6 if name in chosen else 0.5
            axes.plot(
                part["strength"],
                part["accuracy"],
                color=colour,
                linewidth=width,
                marker="o" if name in chosen else None,
                markersize=3,
                label=name if name in chosen else None,
            )
        axes.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %", decimals=0))
        axes.set(ylim=(0, 1.02), title=kind.replace("_", " "))
        axes.set_xlabel(corruptions[kind].unit.replace(", ", ",\n"), fontsize=8)
    for axes in panels[len(kinds) :]:
        axes.set_axis_off()
    if kinds:
        lines, names = panels[0].get_legend_handles_labels()
        panels[-1].legend(
            lines, names, frameon=False, labelcolor=INK, loc="center", title="grey: the others"
        )
    images = int(any_table["digits"].iloc[0])
    figure.suptitle(f"Accuracy on {images:,} test images of {dataset['name']}, corrupted")
    return svg(figure)


def calibration_figure(
    tables: dict[str, pd.DataFrame], chosen: list[str], dataset: dict[str, Any]
) -> str:
    """Accuracy against what the families say of their own certainty, for those with probabilities;
    bins of fewer than 20 images are left out of the drawing."""
    figure, axes = new_figure(6, 4.2)
    axes.plot([0, 1], [0, 1], ":", color=INK, linewidth=1)
    for name in [*(each for each in tables if each not in chosen), *chosen]:
        table = tables[name][tables[name]["count"] >= 20]
        if table.empty:
            continue
        style = {"color": OTHERS, "linewidth": 0.5}
        if name in chosen:
            style = {"color": COLOURS[chosen.index(name)], "marker": "o", "label": name}
        axes.plot(table["confidence"], table["accuracy"], markersize=3, **style)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, symbol=" %", decimals=0))
    axes.set(xlabel="Mean probability of the answer", ylabel="Share of right answers")
    axes.set_title(f"Calibration on {dataset['test']:,} test images of {dataset['name']}")
    axes.legend(frameon=False, labelcolor=INK)
    return svg(figure)


def one_vs_rest_figure(
    label: str,
    roc: dict[str, pd.DataFrame],
    recalls: dict[str, pd.DataFrame],
    dataset: dict[str, Any],
) -> str:
    """Class `label` against the rest, for two families: ROC; precision against recall; and, for
    each, both against the threshold."""
    figure, ((left, right), below) = new_figure(9, 7.4, columns=2, rows=2)
    for colour, name, own in zip(COLOURS, roc, below, strict=False):
        curve = roc[name][roc[name]["class"] == label]
        x, y = curve["false_positive_rate"], curve["true_positive_rate"]
        left.plot(x, y, color=colour, label=name)
        curve = recalls[name][recalls[name]["class"] == label]
        right.plot(curve["recall"], curve["precision"], color=colour, label=name)
        for column, line in (("precision", "-"), ("recall", "--")):
            own.plot(curve["threshold"], curve[column], line, color=colour, label=column)
        told = curve.loc[curve["recall"].between(0.01, 0.995), "threshold"]
        if len(told) > 1:  # beyond them a few far scores would take all the room
            own.set_xlim(told.min(), told.max())
        own.set(xlabel=f"Threshold on the score of {name}", ylabel="Share", title=name)
        own.legend(frameon=False, labelcolor=INK, loc="lower center")
    left.plot([0, 1], [0, 1], ":", color=INK, linewidth=1)
    left.set(xlabel="False positive rate", ylabel="True positive rate (recall)", title="ROC")
    right.set(xlabel="Recall", ylabel="Precision", title="Precision and recall")
    right.legend(frameon=False, labelcolor=INK, loc="lower left")
    figure.suptitle(f"{label} or not {label}: {dataset['test']:,} test images of {dataset['name']}")
    return svg(figure)


def missed_figure(table: pd.DataFrame, dataset: dict[str, Any]) -> str:
    """How many test images so many families miss (columns missed_by, digits; log axis)."""
    figure, axes = new_figure(7, 3)
    some = table[table["digits"] > 0]
    axes.bar(some["missed_by"], some["digits"], color=COLOURS[0])
    axes.set_yscale("log")
    axes.bar_label(axes.containers[0], fontsize=7, padding=2, color=INK)
    axes.set(xlabel="Families that miss the image", ylabel="Test images")
    axes.set_title(f"{dataset['test']:,} test images of {dataset['name']}, by who misses them")
    axes.margins(y=0.15)
    return svg(figure)
