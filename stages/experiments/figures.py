"""Figures of sweeps, of the cross-validation and of searches, as SVG text."""

import pandas as pd
from matplotlib.axes import Axes
from scipy.stats import t

from stages.drawing.style import COLOURS, INK, log_axis, new_figure, svg, tick_number, tick_percent

BESIDE = 0.03  # of the step between two settings: the dots stand this far from their mean
STYLES = ("-", "--", ":")  # of lines, once all colours are taken
COLUMNS = 2  # of panels
THIN = {"capsize": 2, "markersize": 3, "linewidth": 1.2}
LEGEND = {"frameon": False, "labelcolor": INK, "loc": "upper left", "bbox_to_anchor": (1, 1)}


def sweep_figure(table: pd.DataFrame, keys: list[str], title: str, dataset: str) -> str:
    """Validation error by setting: mean over seeds, and its 95 % interval.

    The first key's values stand along the axis, each family with each value of the other keys is a
    line; without keys the families stand there. With one seed the interval is Wilson's, of the
    validation images drawn; with more it is Student's, of the luck of the seed, and each seed is a
    dot. `table` as the stage `collect` writes it.
    """
    figure, axes = new_figure(7, 3.4)
    settings = table[keys[0]] if keys else table["family"]
    order, seeds = list(dict.fromkeys(settings)), table["seed"].nunique()
    lines = _line_names(table, keys)
    for number, line in enumerate(dict.fromkeys(lines)):
        fits, along = table[lines == line], settings[lines == line]
        spread = fits.groupby(along, sort=False).apply(error_interval, include_groups=False)
        middle = (lines.nunique() - 1) / 2
        at = [order.index(name) + 0.08 * (number - middle) for name in spread.index]
        reach = [spread["error"] - spread["low"], spread["high"] - spread["error"]]
        colour = COLOURS[number % len(COLOURS)]
        look = {"fmt": "o-" if keys else "o", "color": colour, "capsize": 3, "label": line}
        axes.errorbar(at, spread["error"], yerr=reach, **look)
        if seeds > 1:
            places = along.map(dict(zip(spread.index, at, strict=True)))
            axes.plot(places + BESIDE, 1 - fits["accuracy"], ".", color=colour, alpha=0.5)
    axes.set_xticks(range(len(order)), order)
    log_axis(axes.yaxis, tick_percent)
    kind = f"mean of {seeds} seeds (dots)" if seeds > 1 else "one seed"
    axes.set(xlabel=keys[0] if keys else "family", ylabel="Validation error")
    alone = f"{table['family'].iloc[0]} on " if table["family"].nunique() == 1 else ""
    axes.set_title(f"{title}\n{alone}{dataset}, {kind}, 95 % intervals")
    if keys:
        axes.legend(**LEGEND)
    return svg(figure)


def _line_names(table: pd.DataFrame, keys: list[str]) -> pd.Series:
    """What each row's line is called: its family, unless the title names the only one, and the
    values of all keys but the first."""
    if not keys:
        return pd.Series("", table.index)
    words = [f"{key.split('.')[-1]} " + table[key] for key in keys[1:]]
    if not words or table["family"].nunique() > 1:
        words.insert(0, table["family"])
    return pd.concat(words, axis=1).agg(", ".join, axis=1)


def folds_figure(table: pd.DataFrame, rows: int, dataset: str) -> str:
    """A box for each family over the accuracies of its folds (columns fold, family, accuracy)."""
    families = list(dict.fromkeys(table["family"]))
    figure, axes = new_figure(7, 0.9 + 0.4 * len(families))
    errors = [1 - table.loc[table["family"] == name, "accuracy"] for name in families]
    axes.boxplot(errors, orientation="horizontal", tick_labels=families, whis=(0, 100))
    axes.invert_yaxis()
    log_axis(axes.xaxis, tick_percent)
    folds = table["fold"].nunique()
    axes.set(xlabel="Errors on the fold that was left out", ylabel="Family")
    axes.set_title(f"{folds} folds of {rows:,} training images of {dataset}")
    return svg(figure)


def error_interval(fits: pd.DataFrame) -> pd.Series:
    """`error`, `low` and `high` of the fits of one setting, one for each seed: 95 %."""
    error = 1 - fits["accuracy"]
    if len(fits) == 1:
        low, high = 1 - fits["accuracy_high"].iloc[0], 1 - fits["accuracy_low"].iloc[0]
        return pd.Series({"error": error.iloc[0], "low": low, "high": high})
    half = t.ppf(0.975, len(fits) - 1) * error.std() / len(fits) ** 0.5
    low = max(error.mean() - half, error.mean() / 10)  # the axis is logarithmic
    return pd.Series({"error": error.mean(), "low": low, "high": error.mean() + half})


def size_figure(table: pd.DataFrame, rows: int, frameworks: dict[str, str], dataset: str) -> str:
    """Validation error of each family by the number of training rows, both logarithmic.

    `table` as the stage `collect` writes it, with sizes as text in `split.subset`; `rows` is how
    many "None" stands for. A panel for each of the frameworks ({family: framework}); intervals are
    Wilson's, 95 %, of the validation images drawn.
    """
    sizes = table["split.subset"].replace("None", str(rows)).astype(int)
    table = table.assign(rows=sizes, error=1 - table["accuracy"]).sort_values("rows")
    kinds = list(dict.fromkeys(frameworks[name] for name in table["family"].unique()))
    ends = 0.7 * table["error"].min(), min(1.2 * table["error"].max(), 1)
    lines = -(-len(kinds) // COLUMNS)
    figure, grid = new_figure(11, 0.6 + 3.6 * lines, COLUMNS, lines)
    panels = iter(grid.flat)
    for kind, panel in zip(kinds, panels, strict=False):
        own = table[table["family"].map(frameworks) == kind]
        _draw_panel(panel, own, kind)
        panel.set(xlim=(0.8 * sizes.min(), 1.25 * sizes.max()), ylim=ends)
        log_axis(panel.xaxis, tick_number)
        log_axis(panel.yaxis, tick_percent)
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
        line = {"fmt": f"o{style}", "color": colour, "label": name} | THIN
        panel.errorbar(own["rows"], own["error"], yerr=reach, **line)
    panel.set(title=title, xlabel="Training rows", ylabel="Validation error")
    panel.legend(**LEGEND, fontsize=9)


def importance_figure(importances: dict[str, float], family: str, trials: int) -> str:
    """How much of the spread of validation accuracy each param explains, the most at the top."""
    ordered = sorted(importances.items(), key=lambda each: each[1])
    figure, axes = new_figure(7, 1.2 + 0.4 * len(ordered))
    keys, shares = zip(*ordered, strict=True)
    bars = axes.barh(keys, shares, color=COLOURS[0])
    axes.bar_label(bars, [tick_percent(round(share, 3)) for share in shares], padding=3)
    axes.set(xlabel="Share of the spread of validation accuracy", xlim=(0, 1.1))
    axes.set_title(f"{family}: which params matter ({trials} trials, fANOVA)")
    return svg(figure)
