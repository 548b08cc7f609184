"""The figure of a search, as SVG text."""

from stages.drawing.style import COLOURS, new_figure, percent, svg


def importance_figure(importances: dict[str, float], family: str, trials: int) -> str:
    """How much of the spread of validation accuracy each param explains, the most at the top."""
    ordered = sorted(importances.items(), key=lambda each: each[1])
    figure, axes = new_figure(7, 1.2 + 0.4 * len(ordered))
    keys, shares = zip(*ordered, strict=True)
    bars = axes.barh(keys, shares, color=COLOURS[0])
    axes.bar_label(bars, [percent(round(share, 3)) for share in shares], padding=3)
    axes.set(xlabel="Share of the spread of validation accuracy", xlim=(0, 1.1))
    axes.set_title(f"{family}: which params matter ({trials} trials, fANOVA)")
    return svg(figure)
