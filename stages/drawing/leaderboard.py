"""The report's figures, as SVG text."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from stages.drawing.style import COLOURS, INK, log_axis, new_figure, percent, svg

TRAIN, VALIDATION, TEST = COLOURS[:3]


def intervals(table: pd.DataFrame, dataset: dict[str, Any]) -> str:
    """Test error of each family of a leaderboard, with its 95 % interval, the best on top.

    Errors stand on a logarithmic axis: between good families they differ by factors. `dataset` has
    the `name` and the number of `test` rows.
    """
    figure, axes = new_figure(7, 0.9 + 0.3 * len(table))
    # No error at all has no place on the axis: it stands at half a row.
    error, low, high = (
        (1 - table[f"test_accuracy{end}"]).clip(lower=0.5 / dataset["test"])
        for end in ("", "_high", "_low")
    )
    reach = [error - low, high - error]
    axes.errorbar(error, table["family"], xerr=reach, fmt="o", color=TRAIN, capsize=3, markersize=5)
    axes.invert_yaxis()
    log_axis(axes.xaxis, percent)
    axes.set_xlabel(
        f"Errors on {dataset['test']:,} test images of {dataset['name']}, with 95 % interval"
    )
    return svg(figure)


def learning_curve(name: str, curve: pd.DataFrame) -> str:
    """Accuracy and loss by epoch; `curve` has the columns epoch, split, loss, accuracy."""
    figure = new_figure(7, 2.7, columns=2)[0]
    left, right = figure.axes
    _lines(left, curve, "accuracy")
    left.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    left.set(xlabel="Epoch", ylabel="Accuracy", title=f"{name}: accuracy")
    _lines(right, curve, "loss")
    right.set(xlabel="Epoch", ylabel="Cross-entropy (nats)", title=f"{name}: loss")
    right.legend(frameon=False, labelcolor=INK)
    return svg(figure)


def members_curve(curve: pd.DataFrame, dataset: dict[str, Any]) -> str:
    """The ensemble's error as members join; `curve` as the stage `ensemble` writes it."""
    figure, axes = new_figure(7, 3.4)
    for split, colour, aside in (("validation", VALIDATION, -0.04), ("test", TEST, 0.04)):
        part = curve[curve["split"] == split]
        error = 1 - part["accuracy"]
        reach = [part["accuracy_high"] - part["accuracy"], part["accuracy"] - part["accuracy_low"]]
        label = f"{split} ({dataset[split]:,} images)"
        axes.errorbar(
            part["members"] + aside,
            error,
            yerr=reach,
            fmt="o-",
            color=colour,
            capsize=3,
            label=label,
        )
    names = curve.drop_duplicates("members")["added"]
    axes.set_xticks(range(1, len(names) + 1), [f"{n}\n+ {name}" for n, name in enumerate(names, 1)])
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=2, symbol=" %"))
    axes.set(xlabel="Members, best first", ylabel="Errors, with 95 % interval")
    axes.set_title(f"ensemble: error on {dataset['name']} against the number of members")
    figure.legend(loc="outside lower center", ncols=2, frameon=False, labelcolor=INK)
    return svg(figure)


def _lines(axes: Axes, curve: pd.DataFrame, column: str) -> None:
    for split, colour in (("train", TRAIN), ("validation", VALIDATION)):
        part = curve[curve["split"] == split].dropna(subset=[column])
        marker = "o" if len(part) <= 30 else None
        axes.plot(
            part["epoch"], part[column], color=colour, marker=marker, markersize=3, label=split
        )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
