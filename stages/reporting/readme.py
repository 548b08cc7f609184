"""The tables of README.md and docs/: what stands between their markers is written, not typed."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from stages.core.errors import UserError
from stages.core.files import write_text
from stages.reporting.pages import in_markdown

REPORT, BENCH = Path("metrics/report.md"), Path("metrics/bench.csv")
FILES = (Path("README.md"), *sorted(Path("docs").glob("*.md")))


def leaderboard() -> str:
    """The report's own table of the families, and on what these were fitted."""
    report = REPORT.read_text(encoding="utf-8")
    table = re.search(r"^\| rank .*\n(?:\|.*\n)+\n.*\n", report, re.MULTILINE)
    if not table:
        raise UserError(f"{REPORT}: holds no table that begins with a rank; make it: dvc repro")
    return table[0]


def bench() -> str:
    """What was measured, a table for each machine."""
    table = pd.read_csv(BENCH, dtype=str, keep_default_na=False)
    parts = []
    for machine, lines in table.groupby("machine", sort=False):
        shown = lines.drop(columns="machine").rename(columns={"item": "benchmark"})
        cells = [shown.columns, *shown.to_numpy()]
        head, *rows = (f"| {' | '.join(map(in_markdown, row))} |\n" for row in cells)
        text = "".join([head, "|---|---|---:|---|---|\n", *rows])
        parts.append(f"Measured on {in_markdown(machine)}:\n\n{text}")
    return "\n".join(parts)


TABLES: dict[str, Callable[[], str]] = {"leaderboard": leaderboard, "bench": bench}


def updated(text: str) -> str:
    """`text` with each table anew between `<!-- NAME -->` and `<!-- /NAME -->`."""
    for name, table in TABLES.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if start in text:
            before, _, rest = text.partition(start)
            _, found, after = rest.partition(end)
            if not found:
                raise UserError(f"{start.strip()} has no end; expected {end} below it")
            text = f"{before}{start}\n{table()}\n{end}{after}"
    return text


def update(files: Iterable[Path] = FILES) -> None:
    """Rewrite the tables in the files, and say which have changed; raises `UserError`."""
    for file in files:
        text = file.read_text(encoding="utf-8")
        if (new := updated(text)) != text:
            write_text(file, new)
            print(f"{file}: its tables have changed")
