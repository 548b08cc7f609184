"""What changed between a base and the workspace, as DVC and its files tell it."""

import json
import subprocess
import sys
from typing import Any

from stages.comparing.verdicts import interval_of_change
from stages.core.errors import UserError
from stages.review.comparison import Comparison
from stages.review.recorded import DATA, Recorded

TIMED = ("metrics/costs/", "metrics/speed/", "metrics/final_costs")  # differ from run to run
FIRST = ("test.accuracy", "validation.accuracy")
NOTHING = "\u2013"  # a dash
Lines = list[dict[str, Any]]


def dvc(*arguments: str) -> str:
    """What DVC prints; raises `UserError` with its last words."""
    command = [sys.executable, "-m", "dvc", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise UserError(f"dvc {' '.join(arguments[:2])}: {said[-1]}")
    return done.stdout


def metrics_difference(comparison: Comparison) -> tuple[Lines, Lines]:
    """(what is the same in every run of the same code, seconds and memory), as `dvc metrics diff`
    finds them: `metric`, `before`, `after`, `change` and its 95 % interval `low` to `high`, None
    where there is none. The ends of accuracies' intervals are no lines of their own."""
    found = json.loads(dvc("metrics", "diff", "--json", comparison.base.commit) or "{}")
    lines, timed = [], []
    for path, metrics in found.items():
        for metric, values in metrics.items():
            old, new = values.get("old"), values.get("new")
            if None in (old, new) or metric.endswith(("_low", "_high")):
                continue
            line = {"metric": metric, "before": old, "after": new, "change": values.get("diff")}
            low, high = change_interval(metric, line, comparison)
            (timed if path.startswith(TIMED) else lines).append(line | {"low": low, "high": high})
    return sorted(lines, key=_order), sorted(timed, key=_order)


def change_interval(
    metric: str, line: dict[str, Any], comparison: Comparison
) -> tuple[float | None, float | None]:
    """Of a family's test accuracy as its verdict has it; of other accuracies Newcombe's, where the
    images are the same on both sides."""
    name, _, rest = metric.partition(".")
    verdicts = comparison.verdicts.set_index("family")
    if rest == "test.accuracy" and name in verdicts.index:
        return verdicts.loc[name, "low"], verdicts.loc[name, "high"]
    if rest not in FIRST or not _same_part(comparison, rest.split(".")[0]):
        return None, None
    part = comparison.after.dataset[rest.split(".")[0]]
    return interval_of_change(line["before"], line["after"], part)


def params_difference(comparison: Comparison) -> list[str]:
    """The lines of `dvc params diff --md`, less the spaces that align them; empty if none."""
    lines = dvc("params", "diff", "--md", comparison.base.commit).strip().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    if len(cells) < 3:
        return []
    base = comparison.base.name
    head = ["file", "param", base, "workspace"]
    return [_row(head), _row(["---"] * 4), *map(_row, cells[2:])]


def data_difference(before: Recorded, after: Recorded) -> Lines:
    """`what` differs of the data: the counts of metrics/dataset.json, and dvc.lock's folders."""
    counts = [side.dataset or {} for side in (before, after)]
    lines = [
        {"what": key, "before": counts[0].get(key, NOTHING), "after": counts[1].get(key, NOTHING)}
        for key in counts[0] | counts[1]
    ]
    lines += [
        {"what": path, "before": _entry(before, path), "after": _entry(after, path)}
        for path in DATA
    ]
    return [line for line in lines if line["before"] != line["after"]]


def _entry(side: Recorded, path: str) -> str:
    out = side.data.get(path)
    return f"{out['md5'][:8]}, {out['size']:,} bytes" if out else NOTHING


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _same_part(comparison: Comparison, part: str) -> bool:
    """Whether both sides have the same rows, as far as dvc.lock tells."""
    sides = (comparison.before, comparison.after)
    hashes = [side.data.get(f"data/split/{part}", {}).get("md5") for side in sides]
    return not comparison.why_not and None not in hashes and hashes[0] == hashes[1]


def _order(line: dict[str, Any]) -> tuple[int, str]:
    """Test accuracies first, then validation accuracies, then the rest by name."""
    ends = [line["metric"].endswith(f".{end}") for end in FIRST]
    return (ends.index(True) if any(ends) else len(ends)), line["metric"]
