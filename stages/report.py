"""Stage `report`: rank the families and write the leaderboard, a Markdown and an HTML report."""

from typing import Any

import pandas as pd

from stages.comparing.entrants import read_scores
from stages.comparing.leaderboard import COSTS, cost_table
from stages.core.errors import run
from stages.core.files import new_folder, write_text
from stages.core.params import read_block
from stages.core.paths import LEADERBOARD, REPORTED, TEST
from stages.core.rows import load_dataset, load_rows
from stages.drawing.evaluation import (
    FEWEST,
    calibration_figure,
    missed_figure,
    one_vs_rest_figure,
    robustness_figure,
)
from stages.drawing.images import Blocks, blocks_figure
from stages.drawing.leaderboard import costs_figure, intervals, members_curve
from stages.drawing.style import standalone
from stages.measuring.metrics import BINS, METRICS
from stages.reporting.data_notes import data_notes
from stages.reporting.findings import findings, joined
from stages.reporting.limits import luck, passed_over, sight
from stages.reporting.measured import read_measured
from stages.reporting.page_parts import confused_blocks, page_parts
from stages.reporting.pages import MARKDOWN, PAGE, STATISTICS, render
from stages.reporting.params import ReportParams, example_for
from stages.reporting.soundness import thresholds
from stages.reporting.tables import machines, most_confused, parity, rank, standouts, sturdiest


def gather(params: ReportParams, classes: list[str]) -> dict[str, Any]:
    """All that was measured, and what both reports make of it, by the names that templates use."""
    measured = read_measured()
    table = rank(measured)
    singles = table.loc[table["family"] != "ensemble", "family"].tolist()
    costs = cost_table(singles, measured["scores"], measured["fits"])
    example = example_for(params.one_vs_rest, classes, measured["one_vs_rest"])
    return measured | {
        "best": singles[0],
        "by": measured["ranking"].title,
        "bins": BINS,
        "classes": classes,
        "cost_table": costs,
        "costs_columns": COSTS,
        "data_notes": data_notes(
            *(measured[each] for each in ("dataset", "exploration", "class_counts"))
        ),
        "drawn_bin": FEWEST,
        "example": example,
        "findings": findings(measured | {"leaderboard": table}, singles[0]),
        "joined": joined(measured["ensemble"]["weights"]),
        "leaderboard": table,
        "luck": luck(measured["ranking"].by == "accuracy"),
        "machines": machines(measured["fits"]),
        "metrics": [metric for metric in METRICS if metric.listed],
        "passed_over": passed_over(len(singles), measured["dataset"]["validation"]),
        "parity": parity(params.parity, measured),
        "seeded": [row for row in table.to_dict("records") if row.get("test_seeds", 0) > 1],
        "sight": sight(len(table), measured["dataset"]["test"]),
        "statistics": STATISTICS,
        "table": table.to_dict("records"),
        "thresholds": thresholds(
            example.label, measured["target"], measured["dataset"]["validation"]
        ),
        "worst": {name: most_confused(each) for name, each in measured["confusion"].items()},
    }


def draw(content: dict[str, Any], mistaken: Blocks) -> dict[str, str]:
    """Every figure that is also a file of its own, as SVG, by its name."""
    dataset, best, example = (content[each] for each in ("dataset", "best", "example"))
    chosen = standouts(content["leaderboard"], best)
    sturdy = list(dict.fromkeys([*chosen, *sturdiest(content["leaderboard"])]))
    roc, recalls = (
        {name: content[kind][name] for name in example.families}
        for kind in ("roc", "precision_recall")
    )
    return {
        "leaderboard": intervals(content["leaderboard"], dataset),
        "ensemble": members_curve(content["members"], dataset),
        "costs": costs_figure(content["cost_table"], dataset),
        "robustness": robustness_figure(content["robustness"], sturdy, dataset),
        "calibration": calibration_figure(content["calibration"], chosen, dataset),
        "one_vs_rest": one_vs_rest_figure(example.label, roc, recalls, dataset),
        "missed": missed_figure(content["missed"], dataset),
        "worst_pair": blocks_figure(best, mistaken, content["classes"], dataset),
    }


def main() -> None:
    params = read_block(ReportParams, "report")
    classes, test = load_dataset(TEST).classes, load_rows(TEST)
    content = gather(params, classes)
    scores = read_scores("test")
    scores = {name: scores[name] for name in content["leaderboard"]["family"]}
    blocks = confused_blocks(content["worst"], classes, test, scores)
    figures = draw(content, blocks.get(content["best"], []))
    write_text(LEADERBOARD, content["leaderboard"].to_csv(index=False))
    curves = pd.concat(content["curves"], names=["family"]).reset_index("family")
    with new_folder(REPORTED) as folder:
        write_text(folder / "costs.csv", content["cost_table"].to_csv(index=False))
        write_text(folder / "epochs.csv", curves.to_csv(index=False))
        for name, figure in figures.items():
            write_text(folder / f"{name}.svg", standalone(figure))
    write_text(MARKDOWN, render("report.md", **content))
    parts = page_parts(content, blocks, test, scores)
    write_text(PAGE, render("report.html", figures=figures, **content, **parts))


if __name__ == "__main__":
    run(main)
