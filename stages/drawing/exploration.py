"""Figures of the data itself, drawn from `exploration_tables`, as SVG text."""

import numpy as np
import pandas as pd

from stages.drawing.images import images_lines, shortened
from stages.drawing.style import COLOURS, LEGEND, new_figure, percent_axis, svg, tick_percent

BARS = 60  # classes, at most, that have bars
LETTERS = 20  # of a class's name below its bars
LETTERS_ACROSS = 60  # that fit below all bars, side by side
MEANS = 26  # classes, at most, that have a mean image


def classes_figure(table: pd.DataFrame, dataset: str) -> str:
    """Bars of each class's `share` in each split; `table` as `class_counts` returns it.

    Stratified splits have bars of one height.
    """
    names, splits = table["class"].unique(), table["split"].nunique()
    ticks = [shortened(name, LETTERS) for name in names[:BARS]]
    figure, axes = new_figure(max(7, 0.25 * len(ticks)), 3.4)
    width = 0.8 / splits
    for number, (split, part) in enumerate(table.groupby("split", sort=False)):
        at = np.arange(len(ticks)) + (number - (splits - 1) / 2) * width
        label = f"{split} ({part['count'].sum():,} images)"
        axes.bar(at, part["share"][:BARS], width, color=COLOURS[number], label=label)
    turned = 90 if len(ticks) * max(map(len, ticks)) > LETTERS_ACROSS else 0
    axes.set_xticks(range(len(ticks)), ticks, rotation=turned, parse_math=False)
    axes.margins(x=0.02)
    axes.grid(visible=False, axis="x")
    axes.set_axisbelow(True)
    percent_axis(axes.yaxis)
    axes.set(xlabel="Class", ylabel="Share of the split's images")
    axes.set_title(f"{dataset}: {counted(len(names), BARS)} in each split")
    figure.legend(**LEGEND, loc="outside lower center", ncols=splits)
    return svg(figure)


def means_figure(table: pd.DataFrame, classes: int, rows: int, dataset: str) -> str:
    """Mean image of each class over its standard deviation; `table` as `class_means` returns it.

    `classes` is how many the data set has, `rows` how many images the table was computed from.
    """
    names = table["class"].unique()
    shape = len(names), table["row"].max() + 1, table["column"].max() + 1
    mean, deviation = table[["mean", "deviation"]].to_numpy(np.uint8).T.reshape(2, *shape)
    # Values from 0 to 255 deviate by 127.5 at most.
    lines = {"mean": mean, "deviation, doubled": np.minimum(deviation, 127) * 2}
    what = f"Mean and standard deviation of {counted(classes, MEANS)}"
    return images_lines(f"{what}\n{dataset}, {rows:,} training images", lines, names)


def variance_figure(table: pd.DataFrame, rows: int, dataset: str) -> str:
    """Share of variance kept (`kept`) against the number of principal `components`."""
    figure, axes = new_figure(7, 3)
    axes.plot(table["components"], table["kept"], color=COLOURS[0])
    for colour, share in zip(COLOURS[1:], (0.8, 0.9, 0.95, 0.99), strict=False):
        count = table.loc[table["kept"] >= share, "components"].min()
        label = f"{tick_percent(share)}: {count} components"
        axes.plot(count, share, "o", color=colour, label=label)
    axes.legend(**LEGEND, loc="lower right")
    percent_axis(axes.yaxis)
    axes.set(xlabel="Principal components", ylabel="Share of variance kept")
    axes.set_title(f"Variance of the pixels of {rows:,} training images of {dataset}")
    return svg(figure)


def counted(classes: int, most: int) -> str:
    """How many classes a picture shows that has room for `most` of them."""
    return f"the {classes} classes" if classes <= most else f"the first {most} of {classes} classes"
