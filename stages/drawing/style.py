"""Figures as SVG text: one style for all, byte for byte the same from the same numbers."""

import io
from collections.abc import Callable

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

INK = "#010203"  # becomes the colour of the surrounding text, light or dark
# Told apart by colour-blind readers (Okabe, Ito 2008).
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]
OTHERS = "#8c959f"  # families that are drawn, but not told apart
LEGEND = {"frameon": False, "labelcolor": INK}
DARK, WHITE = "#1b1f24", '<svg style="background: white" '
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


def log_axis(axis: Axis, text: Callable[[float], str], decades: float = 3.5) -> None:
    """Make an axis that is already drawn on logarithmic; `text` writes its ticks.

    Ticks stand at 1, 2 and 5 of each decade where there is room, on an axis of so many `decades`
    at most; on a longer one at 1, on a very short one at even steps.
    """
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    low, high = axis.get_view_interval()
    steps = (1,) if high > 10**decades * low else (1, 2, 5)
    axis.set_major_locator(LogLocator(subs=steps) if high > 5 * low else MaxNLocator(5))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(lambda value, _: text(value))


def percent_axis(axis: Axis) -> None:
    """Write the ticks of an axis of shares as percentages."""
    axis.set_major_formatter(lambda share, _: tick_percent(share))


def tick_percent(share: float) -> str:
    """0.015 as 1.5 %."""
    return f"{100 * share:g} %"


def tick_number(value: float) -> str:
    """1500 as 1.5k, 2000000 as 2M."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def svg(figure: Figure) -> str:
    """The figure's <svg> element, without the date and with the page's text colour."""
    text = io.StringIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    element = text.getvalue()
    element = element[element.index("<svg") :].replace(INK, "currentColor")
    # What matplotlib draws in its default black says no colour at all, and takes this one.
    return element.replace("<svg ", '<svg fill="currentColor" ', 1)


def standalone(element: str) -> str:
    """The figure as a file of its own: dark on white, wherever it is shown."""
    return element.replace("currentColor", DARK).replace("<svg ", WHITE, 1)


def embedded(file: str) -> str:
    """The figure as an element of a page again: the inverse of `standalone`."""
    return file.replace(WHITE, "<svg ", 1).replace(DARK, "currentColor")
