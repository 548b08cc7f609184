"""Stage `report`: rank the families and write the leaderboard, a Markdown and an HTML report."""

import sys
from pathlib import Path
from typing import Any

import pandas as pd

from stages.common.errors import run
from stages.common.figures.evaluation import (
    calibration_figure,
    costs_figure,
    missed_figure,
    one_vs_rest_figure,
    robustness_figure,
)
from stages.common.figures.pairs import Blocks, blocks_figure
from stages.common.figures.report import intervals, members_curve
from stages.common.figures.style import standalone
from stages.common.files import read_json, write_text
from stages.common.params import Family, read_block, read_families
from stages.common.paths import DATASET, TEST
from stages.common.predictions import read_test_scores
from stages.common.report.costs import COSTS, cost_table
from stages.common.report.data_notes import data_notes
from stages.common.report.findings import findings
from stages.common.report.measured import read_measured
from stages.common.report.page_parts import confused_blocks, page_parts
from stages.common.report.pages import render
from stages.common.report.params import ReportParams, example_for
from stages.common.report.tables import most_confused, parity, rank, standouts
from stages.common.rows import load_rows

LEADERBOARD = Path("metrics/leaderboard.csv")
SUMMARY = Path("metrics/report.md")
COST_TABLE = Path("plots/costs.csv")
PICTURES = Path("plots")
REPORT = Path("plots/report.html")


def gather(families: dict[str, Family], params: ReportParams, classes: list[str]) -> dict[str, Any]:
    """All that was measured, and what both reports make of it, by the names that templates use."""
    measured = read_measured(list(families))
    table = rank(measured, families)
    singles = table.loc[table["family"] != "ensemble", "family"].tolist()
    costs = cost_table(singles, *(measured[each] for each in ("scores", "fits", "costs", "speed")))
    return measured | {
        "best": singles[0],
        "classes": classes,
        "cost_table": costs,
        "costs_columns": COSTS,
        "data_notes": data_notes(measured["dataset"], measured["exploration"]),
        "example": example_for(params.one_vs_rest, classes, measured["one_vs_rest"]),
        "families": families,
        "findings": findings(measured, singles[0]),
        "leaderboard": table,
        "parity": parity(params.parity, measured),
        "table": table.to_dict("records"),
        "worst": {name: most_confused(each) for name, each in measured["confusion"].items()},
    }


def draw(content: dict[str, Any], mistaken: Blocks) -> dict[str, str]:
    """Every figure that is also a file of its own, as SVG, by its name."""
    dataset, best, example = (content[each] for each in ("dataset", "best", "example"))
    chosen = standouts(content["leaderboard"], best)
    roc, recalls = (
        {name: content[kind][name] for name in example.families}
        for kind in ("roc", "precision_recall")
    )
    return {
        "leaderboard": intervals(content["leaderboard"], dataset),
        "ensemble": members_curve(content["members"], dataset),
        "costs": costs_figure(content["cost_table"], dataset),
        "robustness": robustness_figure(content["robustness"], chosen, dataset),
        "calibration": calibration_figure(content["calibration"], chosen, dataset),
        "one_vs_rest": one_vs_rest_figure(example.label, roc, recalls, dataset),
        "missed": missed_figure(content["missed"], dataset),
        "worst_pair": blocks_figure(best, mistaken, content["classes"], dataset),
    }


def print_leaderboard() -> None:
    """What `make repro` ends with."""
    table = pd.read_csv(LEADERBOARD)
    columns = ["rank", "family", "validation_accuracy", "test_accuracy"]
    low, high = table["test_accuracy_low"], table["test_accuracy_high"]
    table["95 % interval"] = [f"{a:.4f} to {b:.4f}" for a, b in zip(low, high, strict=True)]
    print(table[[*columns, "95 % interval"]].to_string(index=False, float_format="%.4f"))
    print(f"\nReport: {REPORT} (open it in a browser), {SUMMARY}")


def main() -> None:
    if sys.argv[1:] == ["--print"]:
        return print_leaderboard()
    families, params = read_families(), read_block(ReportParams, "report")
    classes, test = read_json(DATASET)["classes"], load_rows(TEST)
    content = gather(families, params, classes)
    scores = read_test_scores(list(families))
    scores = {name: scores[name] for name in content["leaderboard"]["family"]}
    blocks = confused_blocks(content["worst"], classes, test, scores)
    figures = draw(content, blocks.get(content["best"], []))
    write_text(LEADERBOARD, content["leaderboard"].to_csv(index=False))
    write_text(COST_TABLE, content["cost_table"].to_csv(index=False))
    for name, figure in figures.items():
        write_text(PICTURES / f"{name}.svg", standalone(figure))
    write_text(SUMMARY, render("report.md", **content))
    parts = page_parts(content, families, blocks, test, scores)
    write_text(REPORT, render("report.html", figures=figures, **content, **parts))


if __name__ == "__main__":
    run(main)
