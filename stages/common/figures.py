"""Figures as SVG text: one style for all, byte for byte the same from the same numbers."""

import io

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

INK = "#010203"  # becomes the colour of the surrounding text, light or dark
# Told apart by colour-blind readers (Okabe, Ito 2008).
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]
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


def new_figure(
    width: float, height: float, columns: int = 1, rows: int = 1
) -> tuple[Figure, Axes | np.ndarray]:
    """A figure of so many inches, and its axes: one, or an array of them."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height))
        return figure, figure.subplots(rows, columns)


def log_percent(axis: Axis) -> None:
    """Make an axis that is already drawn on logarithmic, its ticks shares written in percent.

    Ticks stand at 1, 2 and 5 of each decade; on an axis too short for them, at even steps.
    """
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    low, high = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)) if high > 5 * low else MaxNLocator(5))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))


def svg(figure: Figure) -> str:
    """The figure's <svg> element, without the date and with the page's text colour."""
    text = io.StringIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    element = text.getvalue()
    return element[element.index("<svg") :].replace(INK, "currentColor")


def standalone(element: str) -> str:
    """The figure as a file of its own: dark on white, wherever it is shown."""
    white = '<svg style="background: white" '
    return element.replace("currentColor", "#1b1f24").replace("<svg ", white, 1)
