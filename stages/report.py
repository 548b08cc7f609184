"""Stage `report`: rank the families and write the leaderboard, a Markdown and an HTML report."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from stages.common.costs import COSTS, cost_table
from stages.common.digit_pictures import data_uri, pair_blocks
from stages.common.errors import run
from stages.common.evaluation_figures import (
    calibration_figure,
    costs_figure,
    missed_figure,
    one_vs_rest_figure,
    robustness_figure,
)
from stages.common.figures import standalone
from stages.common.files import read_json, write_text
from stages.common.findings import findings
from stages.common.measured import read_measured
from stages.common.pair_figures import blocks_figure
from stages.common.params import Family, read_block, read_families
from stages.common.paths import DATASET, TEST
from stages.common.predictions import read_test_scores
from stages.common.probes import HARD, load_probe
from stages.common.report_figures import intervals, learning_curve, members_curve
from stages.common.report_params import OneVsRest, ReportParams, check_example
from stages.common.report_tables import matrix, most_confused, parity, rank, standouts
from stages.common.rows import load_rows
from stages.common.viewer import viewer_data

LEADERBOARD = Path("metrics/leaderboard.csv")
SUMMARY = Path("metrics/report.md")
COST_TABLE = Path("plots/costs.csv")
PICTURES = Path("plots")
REPORT = Path("plots/report.html")
TEMPLATES = "stages/templates"


def render(template: str, **content: Any) -> str:
    """The template filled in; a name that it lacks is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=template.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["percent"] = lambda share: f"{100 * share:.2f} %"
    environment.filters["round4"] = lambda value: "\u2013" if pd.isna(value) else f"{value:.4g}"
    environment.filters["p_value"] = lambda p: "< 0.0001" if p < 1e-4 else f"= {p:.2g}"
    return environment.get_template(template).render(**content)


def as_yaml(family: Family) -> str:
    """The family's params as they stand in params.yaml."""
    return yaml.safe_dump(family.model_dump(), sort_keys=False)


def draw(measured: dict[str, Any], table: pd.DataFrame, example: OneVsRest) -> dict[str, str]:
    """Every figure that is also a file of its own, as SVG, by its name."""
    dataset, chosen = measured["dataset"], standouts(table, measured["best"])
    roc, recalls = (
        {name: measured[kind][name] for name in example.families}
        for kind in ("roc", "precision_recall")
    )
    return {
        "leaderboard": intervals(table, dataset),
        "ensemble": members_curve(measured["members"], dataset),
        "costs": costs_figure(measured["cost_table"], dataset),
        "robustness": robustness_figure(measured["robustness"], chosen, dataset),
        "calibration": calibration_figure(measured["calibration"], chosen, dataset),
        "one_vs_rest": one_vs_rest_figure(example.label, roc, recalls, dataset),
        "missed": missed_figure(measured["missed"], dataset),
    }


def confused_blocks(
    scores: dict[str, np.ndarray], worst: dict[str, Any], classes: list[str]
) -> dict[str, list[tuple[int, int, int, np.ndarray]]]:
    """For each family the digits of the pair that it mistakes most, as `pair_blocks` finds them."""
    test = load_rows(TEST)
    return {
        name: pair_blocks(
            test.images,
            test.labels,
            scores[name].argmax(axis=1),
            (classes.index(pair["actual"]), classes.index(pair["predicted"])),
        )
        for name, pair in worst.items()
        if pair
    }


def digits_of(indices: pd.Series) -> dict[int, str]:
    """A picture of each test row that a table names, by its index."""
    test = load_rows(TEST)
    position = {int(index): number for number, index in enumerate(test.indices)}
    return {int(i): data_uri(test.images[position[int(i)]]) for i in sorted(set(indices))}


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
    classes = read_json(DATASET)["classes"]
    check_example(params.one_vs_rest, classes, families)
    measured = read_measured(list(families))
    table = rank(measured, families)
    best = table.loc[table["family"] != "ensemble", "family"].iloc[0]
    ranked = [name for name in table["family"] if name in families]
    costs = cost_table(ranked, *(measured[each] for each in ("scores", "fits", "costs", "speed")))
    measured |= {"best": best, "cost_table": costs}
    write_text(LEADERBOARD, table.to_csv(index=False))
    write_text(COST_TABLE, costs.to_csv(index=False))
    scores = read_test_scores(ranked)
    worst = {name: most_confused(counts) for name, counts in measured["confusion"].items()}
    blocks = confused_blocks(scores, worst, classes)
    figures = draw(measured, table, params.one_vs_rest)
    mistaken = blocks.get(best, [])
    figures["worst_pair"] = blocks_figure(best, mistaken, classes, measured["dataset"])
    for name, figure in figures.items():
        write_text(PICTURES / f"{name}.svg", standalone(figure))
    content = measured | {
        "classes": classes,
        "costs_columns": COSTS,
        "example": params.one_vs_rest,
        "families": families,
        "findings": findings(measured, best),
        "parity": parity(params.parity, measured),
        "table": table.to_dict("records"),
        "worst": worst,
    }
    write_text(SUMMARY, render("report.md", **content))
    hard, shown = load_probe(HARD), [*measured["errors"].values(), measured["missed_digits"]]
    page = {
        "figures": figures,
        "blocks": {
            name: [(a, b, count, data_uri(each)) for a, b, count, each in found]
            for name, found in blocks.items()
        },
        "curve_figures": {
            name: learning_curve(name, curve) if curve["epoch"].max() > 1 else None
            for name, curve in measured["curves"].items()
        },
        "digits": digits_of(pd.concat([each["index"] for each in shown])),
        "hard": [data_uri(image) for image in hard.images],
        "hard_table": hard.table.assign(label=np.array(classes)[hard.labels]),
        "matrices": {name: matrix(counts) for name, counts in measured["confusion"].items()},
        "params": {name: as_yaml(family) for name, family in families.items()},
        "viewer": viewer_data(
            load_rows(TEST), classes, {name: scores[name] for name in table["family"]}
        ),
    }
    write_text(REPORT, render("report.html", **content, **page))


if __name__ == "__main__":
    run(main)
