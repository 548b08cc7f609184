"""The figure of learning curves, as SVG text."""

import pandas as pd
from matplotlib.axes import Axes

from stages.drawing.style import COLOURS, INK, log_axis, new_figure, percent, short, svg

STYLES = ("-", "--", ":")
COLUMNS = 2


def size_figure(table: pd.DataFrame, rows: int, frameworks: dict[str, str], dataset: str) -> str:
    """Validation error of each family by the number of training rows, both logarithmic.

    `table` as the stage `collect` writes it, with sizes as text in `split.subset`; `rows` is how
    many "None" stands for. A panel for each of the frameworks ({family: framework}); intervals are
    Wilson's, 95 %, of the validation images drawn.
    """
    sizes = table["split.subset"].replace("None", str(rows)).astype(int)
    table = table.assign(rows=sizes, error=1 - table["accuracy"]).sort_values("rows")
    kinds = list(dict.fromkeys(frameworks[name] for name in table["family"].unique()))
    lines = -(-len(kinds) // COLUMNS)
    figure, grid = new_figure(11, 0.6 + 3.6 * lines, COLUMNS, lines)
    panels = iter(grid.flat)
    for kind, panel in zip(kinds, panels, strict=False):
        own = table[table["family"].map(frameworks) == kind]
        _draw_panel(panel, own, kind)
        low, high = table["error"].min(), table["error"].max()
        panel.set(
            xlim=(0.8 * sizes.min(), 1.25 * sizes.max()), ylim=(0.7 * low, min(1.2 * high, 1))
        )
        log_axis(panel.xaxis, short)
        log_axis(panel.yaxis, percent)
    for unused in panels:
        unused.remove()
    figure.suptitle(f"Learning curves: what more training images of {dataset} bring")
    return svg(figure)


def _draw_panel(panel: Axes, table: pd.DataFrame, title: str) -> None:
    ends = table.groupby("family")["error"].last().sort_values(ascending=False)
    for number, name in enumerate(ends.index):
        own = table[table["family"] == name]
        reach = [own["accuracy_high"] - own["accuracy"], own["accuracy"] - own["accuracy_low"]]
        colour, style = COLOURS[number % len(COLOURS)], STYLES[number // len(COLOURS)]
        panel.errorbar(
            own["rows"],
            own["error"],
            yerr=reach,
            fmt=f"o{style}",
            color=colour,
            capsize=2,
            markersize=3,
            linewidth=1.2,
            label=name,
        )
    panel.set(title=title, xlabel="Training rows", ylabel="Validation error")
    panel.legend(frameon=False, labelcolor=INK, loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)
