"""Figures of the evaluation: robustness, calibration, one class against the rest, what is missed.

Tables are as the stages `evaluate` and `compare` write them; of a dataset the `name` and the number
of `test` rows are named.
"""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd

from stages.drawing.style import COLOURS, INK, LEGEND, OTHERS, new_figure, percent_axis, svg
from stages.measuring.corruptions import CORRUPTIONS

FEWEST = 20  # images that a bin of the calibration needs to be drawn
ACROSS = 4  # corruptions side by side
Tables = dict[str, pd.DataFrame]  # by family


def robustness_figure(tables: Tables, chosen: list[str], dataset: dict[str, Any]) -> str:
    """Accuracy against the strength of each corruption: the `chosen` families in colour, all
    others grey."""
    any_table = next(iter(tables.values()))
    kinds = [name for name in CORRUPTIONS if name in set(any_table["corruption"])]
    rows = -(-(len(kinds) + 1) // ACROSS)  # the last panel is the legend's
    figure, grid = new_figure(10, 0.7 + 2.5 * rows, columns=ACROSS, rows=rows)
    panels = np.ravel(grid)
    for axes, kind in zip(panels, kinds, strict=False):
        for name, style in _styles(tables, chosen):
            part = tables[name][tables[name]["corruption"].isin(["none", kind])]
            axes.plot(part["strength"], part["accuracy"], **style)
        percent_axis(axes.yaxis)
        axes.set(ylim=(0, 1.02), title=kind.replace("_", " "))
        axes.set_xlabel(CORRUPTIONS[kind].unit.replace(", ", ",\n"), fontsize=8)
    for axes in panels[len(kinds) :]:
        axes.set_axis_off()
    if kinds:
        drawn = panels[0].get_legend_handles_labels()
        panels[-1].legend(*drawn, **LEGEND, loc="center", title="grey: the others")
    images = int(any_table["digits"].iloc[0])
    figure.suptitle(f"Accuracy on {images:,} test images of {dataset['name']}, corrupted")
    return svg(figure)


def calibration_figure(tables: Tables, chosen: list[str], dataset: dict[str, Any]) -> str:
    """Accuracy against what the families say of their own certainty, for those with probabilities;
    bins of fewer than `FEWEST` images are left out."""
    figure, axes = new_figure(6, 4.2)
    axes.plot([0, 1], [0, 1], ":", color=INK, linewidth=1)
    filled = {name: table[table["count"] >= FEWEST] for name, table in tables.items()}
    for name, style in _styles({name: each for name, each in filled.items() if len(each)}, chosen):
        axes.plot(filled[name]["confidence"], filled[name]["accuracy"], **style)
    percent_axis(axes.xaxis)
    percent_axis(axes.yaxis)
    axes.set(xlabel="Mean probability of the answer", ylabel="Share of right answers")
    axes.set_title(f"Calibration on {dataset['test']:,} test images of {dataset['name']}")
    if axes.get_legend_handles_labels()[0]:  # of very few images no bin is drawn
        axes.legend(**LEGEND)
    return svg(figure)


def one_vs_rest_figure(label: str, roc: Tables, recalls: Tables, dataset: dict[str, Any]) -> str:
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
        own.legend(**LEGEND, loc="lower center")
    left.plot([0, 1], [0, 1], ":", color=INK, linewidth=1)
    left.set(xlabel="False positive rate", ylabel="True positive rate (recall)", title="ROC")
    right.set(xlabel="Recall", ylabel="Precision", title="Precision and recall")
    right.legend(**LEGEND, loc="lower left")
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
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_title(f"{dataset['test']:,} test images of {dataset['name']}, by who misses them")
    axes.margins(y=0.15)
    return svg(figure)


def _styles(tables: Tables, chosen: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each family with its line's style: grey ones first, so that the chosen lie over them."""
    for name in tables:
        if name not in chosen:
            yield name, {"color": OTHERS, "linewidth": 0.5}
    for name, colour in zip(chosen, cycle(COLOURS), strict=False):
        if name in tables:
            yield name, {"color": colour, "marker": "o", "markersize": 3, "label": name}
