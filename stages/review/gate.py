"""Fail when a family is below its floor or, against a base, significantly worse."""

import argparse
import sys

from fsspec.implementations.local import LocalFileSystem

from stages.comparing.verdicts import regressions
from stages.core.errors import run
from stages.review.comparison import Comparison, compare_with
from stages.review.floors import FOR, below_floors, read_floors
from stages.review.recorded import Recorded, read_recorded
from stages.serving.command_line import Parser

ABOUT = "Fail when a family is below its floor or, against a base, significantly worse."


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line; raises `UserError`."""
    parser = Parser("python -m stages.review.gate", description=ABOUT)
    parser.add_argument("--base", metavar="REV", help="a revision to compare with (default: none)")
    parser.add_argument(
        "--remote", action="store_true", help="read missing predictions from the default remote"
    )
    return parser.parse_args(arguments)


def notes(floors: dict[str, float], recorded: Recorded, comparison: Comparison | None) -> list[str]:
    """What was judged and what was not."""
    name = (recorded.dataset or {}).get("name")
    if floors and name not in (None, FOR):
        told = [f"floors are for {FOR}; they are not applied to {name}"]
    else:
        told = [f"floors: {len(floors)}"]
    if comparison and comparison.why_not:
        told.append(f"not compared with {comparison.base.name}: {comparison.why_not}")
    elif comparison:
        counts = comparison.verdicts["verdict"].value_counts()
        listed = ", ".join(f"{verdict} {count}" for verdict, count in counts.items())
        told.append(f"against {comparison.base.name} ({comparison.base.commit[:10]}): {listed}")
    return told


def main() -> None:
    options, floors = parse(sys.argv[1:]), read_floors()
    comparison = compare_with(options.base, options.remote) if options.base else None
    recorded = comparison.after if comparison else read_recorded(LocalFileSystem())
    for note in notes(floors, recorded, comparison):
        print(note)
    reasons = below_floors(floors, recorded)
    if comparison:
        reasons += regressions(comparison.verdicts)
    if reasons:
        sys.exit("\n".join(f"gate: {reason}" for reason in reasons))
    print("gate: passed")


if __name__ == "__main__":
    run(main)
