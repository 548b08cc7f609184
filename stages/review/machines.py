"""On which machines both sides were fitted: what these round otherwise changes accuracies, too."""

import json

import pandas as pd
from fsspec import AbstractFileSystem

from stages.core.paths import FITS
from stages.review.comparison import Comparison
from stages.review.recorded import read_held

PARTS = ("processor", "threads", "device")


def machines_difference(comparison: Comparison) -> list[dict[str, str]]:
    """Families that the two sides fitted on machines that differ, where what both tell of their
    fits is at hand: `families` with the machines `before` and `after`."""
    both = [name for name in comparison.after.scores if name in comparison.before.scores]
    sides = (comparison.base.files, comparison.head.files)
    lines = [(name, *(machine(files, name) for files in sides)) for name in both]
    table = pd.DataFrame(lines, columns=["families", "before", "after"]).dropna()
    other = table[table["before"] != table["after"]]
    return (
        other.groupby(["before", "after"], sort=False, as_index=False)
        .agg(", ".join)
        .to_dict("records")
    )


def machine(files: AbstractFileSystem, family: str) -> str | None:
    """Where a family was fitted, as people read it; None where that is not at hand."""
    content = read_held(files, f"{FITS}/{family}.json")
    if content is None:
        return None
    told = json.loads(content).get("environment", {})
    return ", ".join(f"{part} {told[part]}" for part in PARTS if part in told) or None
