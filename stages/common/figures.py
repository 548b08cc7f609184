"""Figures as SVG text: one style for all, byte for byte the same from the same numbers."""

import io
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

INK = "#010203"  # becomes the colour of the surrounding text, light or dark
TRAIN, VALIDATION = "#0072b2", "#d55e00"  # told apart by colour-blind readers (Okabe, Ito 2008)
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "digits",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "figure.constrained_layout.use": True,
    **dict.fromkeys(
        ["text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"], INK
    ),
}


def intervals(table: pd.DataFrame, dataset: dict[str, Any]) -> str:
    """Test error of each family of a leaderboard, with its 95 % interval, the best on top.

    Errors stand on a logarithmic axis: between good families they differ by factors. `dataset` has
    the `name` and the number of `test` rows.
    """
    figure, axes = _figure(7, 0.9 + 0.3 * len(table))
    # No error at all has no place on the axis: it stands at half a row.
    error, low, high = (
        (1 - table[f"test_accuracy{end}"]).clip(lower=0.5 / dataset["test"])
        for end in ("", "_high", "_low")
    )
    reach = [error - low, high - error]
    axes.errorbar(error, table["family"], xerr=reach, fmt="o", color=TRAIN, capsize=3, markersize=5)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))
    axes.set_xlabel(
        f"Errors on {dataset['test']:,} test digits of {dataset['name']}, with 95 % interval"
    )
    return _svg(figure)


def learning_curve(name: str, curve: pd.DataFrame) -> str:
    """Accuracy and loss by epoch; `curve` has the columns epoch, split, loss, accuracy."""
    figure = _figure(7, 2.7, panels=2)[0]
    left, right = figure.axes
    _lines(left, curve, "accuracy")
    left.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    left.set(xlabel="Epoch", ylabel="Accuracy", title=f"{name}: accuracy")
    _lines(right, curve, "loss")
    right.set(xlabel="Epoch", ylabel="Cross-entropy (nats)", title=f"{name}: loss")
    right.legend(frameon=False, labelcolor=INK)
    return _svg(figure)


def standalone(svg: str) -> str:
    """The figure as a file of its own: dark on white, wherever it is shown."""
    white = '<svg style="background: white" '
    return svg.replace("currentColor", "#1b1f24").replace("<svg ", white, 1)


def _lines(axes: Axes, curve: pd.DataFrame, column: str) -> None:
    for split, colour in (("train", TRAIN), ("validation", VALIDATION)):
        part = curve[curve["split"] == split].dropna(subset=[column])
        marker = "o" if len(part) <= 30 else None
        axes.plot(
            part["epoch"], part[column], color=colour, marker=marker, markersize=3, label=split
        )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _figure(width: float, height: float, panels: int = 1) -> tuple[Figure, Axes]:
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height))
        return figure, figure.subplots(1, panels)


def _svg(figure: Figure) -> str:
    """The figure's <svg> element, without the date and with the page's text colour."""
    text = io.StringIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    svg = text.getvalue()
    return svg[svg.index("<svg") :].replace(INK, "currentColor")
