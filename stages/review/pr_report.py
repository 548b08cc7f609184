"""One Markdown page that says what a branch changes: the verdict first, then what it rests on."""

import argparse
import sys
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from stages.comparing.verdicts import SAME, VERDICTS, regressions
from stages.core.errors import run
from stages.core.files import write_text
from stages.reporting.pages import render
from stages.review.changed_pictures import place_pictures
from stages.review.comparison import Comparison, compare_with
from stages.review.differences import data_difference, metrics_difference, params_difference
from stages.review.floors import FOR, below_floors, read_floors
from stages.serving.command_line import Parser

PAGE = Path("pr_report.md")
BUDGET = 12_000  # characters of each long table: GitHub refuses comments of more than 65,536

T = TypeVar("T")


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line; raises `UserError`."""
    parser = Parser(
        "python -m stages.review.pr_report", description="Write the page of a pull request."
    )
    parser.add_argument("--base", metavar="REV", default="origin/main", help="default: origin/main")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", default=PAGE, help=f"default: {PAGE}"
    )
    parser.add_argument(
        "--remote", action="store_true", help="read missing predictions from the default remote"
    )
    return parser.parse_args(arguments)


def told_verdicts(comparison: Comparison) -> dict[str, Any]:
    """The verdicts and the families that only one side has, as the template knows them."""
    verdicts, before, after = comparison.verdicts, comparison.before, comparison.after
    tested = verdicts[verdicts["verdict"] != SAME]
    new = [name for name in after.families if name not in before.families]
    return {
        "counts": {word: int((verdicts["verdict"] == word).sum()) for word in VERDICTS},
        "tested": tested.sort_values("verdict", key=weight, kind="stable").to_dict("records"),
        "unchanged": verdicts.loc[verdicts["verdict"] == SAME, "family"].tolist(),
        "added": {name: after.scores.get(name, {}).get("test", {}).get("accuracy") for name in new},
        "removed": [name for name in before.families if name not in after.families],
        "unmeasured": [
            name for name in after.families if name not in after.scores and name not in new
        ],
    }


def weight(verdicts: pd.Series) -> pd.Series:
    """The place of each verdict in the order of their weight."""
    return verdicts.map(VERDICTS.index)


def told_gate(comparison: Comparison) -> dict[str, Any]:
    """What `make gate` says of the same comparison."""
    floors = read_floors()
    name = (comparison.after.dataset or {}).get("name")
    reasons = below_floors(floors, comparison.after) + regressions(comparison.verdicts)
    return {
        "reasons": reasons,
        "floors_for": (FOR, name) if floors and name not in (None, FOR) else None,
    }


def told_differences(comparison: Comparison) -> dict[str, Any]:
    """The tables of metrics, params and data, the long ones cut to what a comment may hold."""
    metrics, timed = metrics_difference(comparison)
    tables = {"metrics": metrics, "timed": timed, "params": params_difference(comparison)}
    told = {"data": data_difference(comparison.before, comparison.after)}
    for name, lines in tables.items():
        told[name], told[f"{name}_left"] = fitting(lines)
    return told


def fitting(lines: list[T], characters: int = BUDGET) -> tuple[list[T], int]:
    """The first lines that are together no longer than `characters`, and how many are left."""
    used = 0
    for count, line in enumerate(lines):
        used += len(line if isinstance(line, str) else "".join(map(str, line.values()))) + 20
        if used > characters:
            return lines[:count], len(lines) - count
    return lines, 0


def main() -> None:
    options = parse(sys.argv[1:])
    comparison = compare_with(options.base, options.remote)
    page = render(
        "pr_report.md",
        base=comparison.base,
        why_not=comparison.why_not,
        pictures=place_pictures(comparison.base, comparison.head, options.output),
        **told_gate(comparison),
        **told_verdicts(comparison),
        **told_differences(comparison),
    )
    write_text(options.output, page)
    print(f"Written: {options.output}")


if __name__ == "__main__":
    run(main)
