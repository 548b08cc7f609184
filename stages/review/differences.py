"""What changed between a base and the workspace, line by line."""

import json
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

from stages.comparing.verdicts import interval_of_change
from stages.core.paths import FITTING
from stages.experiments.commands import dvc
from stages.review.comparison import Comparison
from stages.review.recorded import DATA, Recorded, read_packages, same_rows

BUDGET = 9_000  # characters of each long table: GitHub refuses comments of more than 65,536
Said = dict[str, Any]
Lines = list[Said]


def differences(comparison: Comparison) -> dict[str, Any]:
    """The tables of metrics, seconds, params, packages and data, the long ones cut to what a
    comment may hold."""
    sides = comparison.before, comparison.after
    tables = {
        "metrics": metrics_difference(comparison),
        "seconds": seconds_difference(*sides),
        "params": params_difference(comparison),
        "packages": packages_difference(comparison),
    }
    told = {"data": data_difference(*sides)}
    for name, lines in tables.items():
        told[name], told[f"{name}_left"] = fitting(lines)
    return told


def metrics_difference(comparison: Comparison) -> Lines:
    """Every number of metrics/ that both sides have and that differs, in the leaderboard's order:
    `family`, `metric`, `before`, `after`, and of accuracies the 95 % interval of the change, `low`
    to `high`, None where there is none."""
    before, lines = comparison.before.scores, []
    for family, parts in comparison.after.scores.items():
        for split, metrics in parts.items():
            for metric, new in metrics.items():
                old = before.get(family, {}).get(split, {}).get(metric, new)
                if old != new:
                    line = {"family": family, "metric": f"{split}.{metric}"}
                    line |= {"before": old, "after": new}
                    low, high = _interval(line, comparison)
                    lines.append(line | {"low": low, "high": high})
    return lines


def seconds_difference(before: Recorded, after: Recorded) -> Lines:
    """Seconds of fitting, of the families that were fitted anew: `family`, `before`, `after`."""
    both = [name for name in after.scores if name in before.seconds and name in after.seconds]
    return _differing("family", both, before.seconds, after.seconds)


def params_difference(comparison: Comparison) -> Lines:
    """As `dvc params diff` finds them: `file`, `param`, `before` and `after`, None where it is
    not."""
    found = json.loads(dvc("params", "diff", "--json", comparison.base.commit) or "{}")
    return [
        {"file": file, "param": param, "before": values.get("old"), "after": values.get("new")}
        for file, params in found.items()
        for param, values in sorted(params.items())
    ]


def packages_difference(comparison: Comparison) -> Lines:
    """The packages that both sides pin otherwise: `package`, versions `before` and `after`, None
    where it is not pinned."""
    sides = [read_packages(side.files) for side in (comparison.base, comparison.head)]
    return _differing("package", sorted(sides[0] | sides[1]), *sides)


def data_difference(before: Recorded, after: Recorded) -> Lines:
    """`what` differs of the data: the counts of metrics/dataset.json, and dvc.lock's folders."""
    sides = [
        (side.dataset or {}) | {path: _entry(side, path) for path in DATA}
        for side in (before, after)
    ]
    return _differing("what", sides[0] | sides[1], *sides)


def fitting(lines: Lines, characters: int = BUDGET) -> tuple[Lines, int]:
    """The first lines that are together no longer than `characters`, and how many are left."""
    used = accumulate(len("".join(map(str, line.values()))) + 20 for line in lines)
    kept = sum(length <= characters for length in used)
    return lines[:kept], len(lines) - kept


def _differing(what: str, names: Iterable[str], before: Said, after: Said) -> Lines:
    lines = [{what: name, "before": before.get(name), "after": after.get(name)} for name in names]
    return [line for line in lines if line["before"] != line["after"]]


def _interval(line: dict[str, Any], comparison: Comparison) -> tuple[float | None, float | None]:
    """Of test accuracies as the verdict has it; of validation accuracies Newcombe's, where the
    images are the same on both sides."""
    if comparison.why_not:
        return None, None
    if line["metric"] == "test.accuracy":
        verdict = comparison.verdicts.set_index("family").loc[line["family"]]
        return verdict["low"], verdict["high"]
    before, after = comparison.before, comparison.after
    if line["metric"] != "validation.accuracy" or not same_rows(before, after, str(FITTING)):
        return None, None
    return interval_of_change(line["before"], line["after"], after.dataset["validation"])


def _entry(side: Recorded, path: str) -> str | None:
    found = side.data.get(path)
    return f"{found['md5'][:8]}, {found['size']:,} bytes" if found else None
