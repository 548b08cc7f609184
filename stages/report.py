"""Stage `report`: rank the families and write the leaderboard, a Markdown and an HTML report."""

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from stages.common.errors import UserError, run
from stages.common.figures import standalone
from stages.common.files import read_json, write_text
from stages.common.leaderboard import leaderboard
from stages.common.params import Family, Report, read_block, read_families, require_one_of
from stages.common.paths import (
    CONFUSION,
    COSTS,
    ENSEMBLE,
    ENVIRONMENT,
    EPOCHS,
    FITS,
    MEMBERS_CURVE,
    REFIT,
    ROWS,
    SCORES,
)
from stages.common.report_figures import intervals, learning_curve, members_curve

LEADERBOARD = Path("metrics/leaderboard.csv")
SUMMARY = Path("metrics/report.md")
PICTURE = Path("plots/leaderboard.svg")
MEMBERS_PICTURE = Path("plots/ensemble.svg")
REPORT = Path("plots/report.html")
TEMPLATES = "stages/templates"


def read_measured(families: dict[str, Family]) -> dict[str, Any]:
    """What the other stages wrote of the families in params.yaml, and of no older ones."""
    return {
        "dataset": read_json(ROWS)["dataset"],
        "ensemble": read_json(ENSEMBLE)["ensemble"],
        "final": read_json(REFIT)["final"],
        "fits": {name: read_json(FITS / f"{name}.json") for name in families},
        "members": pd.read_csv(MEMBERS_CURVE),
        "scores": {name: read_json(SCORES / f"{name}.json")[name] for name in families},
        "costs": {name: read_json(COSTS / f"{name}.json")[name]["train"] for name in families},
        "environment": {name: read_json(ENVIRONMENT / f"{name}.json") for name in families},
        "curves": {name: pd.read_csv(EPOCHS / f"{name}.csv") for name in families},
        "confusion": {
            name: pd.read_csv(CONFUSION / f"{name}.csv", dtype={"actual": str, "predicted": str})
            for name in [*families, "ensemble"]
        },
    }


def rank(measured: dict[str, Any], families: dict[str, Family]) -> pd.DataFrame:
    """The leaderboard of the families and the ensemble of some of them."""
    joined = {part: measured["ensemble"][part] for part in ("validation", "test")}
    table = leaderboard(measured["scores"] | {"ensemble": joined})
    frameworks = {name: block.framework for name, block in families.items()}
    table.insert(2, "framework", table["family"].map(frameworks).fillna("of several"))
    return table


def parity(names: list[str], measured: dict[str, Any]) -> list[str]:
    """The families of one architecture; raises `UserError` unless their parameters are as many."""
    for name in names:
        require_one_of(f"family {name!r}", name, measured["fits"], "report.parity")
    sizes = {name: measured["fits"][name]["parameters"] for name in names}
    if len(set(sizes.values())) > 1 or None in sizes.values():
        told = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise UserError(
            f"params.yaml: report.parity: families of one architecture have equal numbers of "
            f"parameters, got {told}"
        )
    return names


def most_confused(counts: pd.DataFrame) -> dict[str, Any] | None:
    """The pair of classes mistaken most often: `actual`, `predicted`, `count`; None if none is."""
    wrong = counts[counts["actual"] != counts["predicted"]]
    worst = wrong.loc[wrong["count"].idxmax()].to_dict()
    return worst if worst["count"] else None


def matrix(counts: pd.DataFrame) -> pd.DataFrame:
    """Counts by actual class (rows) and predicted class (columns), in the order of the classes."""
    order = counts["actual"].unique()
    square = counts.pivot(index="actual", columns="predicted", values="count")
    return square.loc[order, order]


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
    return environment.get_template(template).render(**content)


def as_yaml(family: Family) -> str:
    """The family's params as they stand in params.yaml."""
    return yaml.safe_dump(family.model_dump(), sort_keys=False)


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
    families = read_families()
    measured = read_measured(families)
    table = rank(measured, families)
    write_text(LEADERBOARD, table.to_csv(index=False))
    content = measured | {
        "parity": parity(read_block(Report, "report").parity, measured),
        "table": table.to_dict("records"),
        "families": families,
        "worst": {name: most_confused(counts) for name, counts in measured["confusion"].items()},
    }
    write_text(SUMMARY, render("report.md", **content))
    interval_figure = intervals(table, measured["dataset"])
    members_figure = members_curve(measured["members"], measured["dataset"])
    write_text(PICTURE, standalone(interval_figure))
    write_text(MEMBERS_PICTURE, standalone(members_figure))
    figures = {
        "interval_figure": interval_figure,
        "members_figure": members_figure,
        "curve_figures": {
            name: learning_curve(name, curve) if curve["epoch"].max() > 1 else None
            for name, curve in measured["curves"].items()
        },
        "matrices": {name: matrix(counts) for name, counts in measured["confusion"].items()},
        "params": {name: as_yaml(family) for name, family in families.items()},
    }
    write_text(REPORT, render("report.html", **content, **figures))


if __name__ == "__main__":
    run(main)
