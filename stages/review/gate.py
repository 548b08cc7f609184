"""Fail when a family is below its floor or, against a base, significantly worse."""

import sys
from collections.abc import Collection

import pandas as pd
from fsspec.implementations.local import LocalFileSystem
from pydantic import Field

from stages.comparing.entrants import JOINED
from stages.comparing.leaks import leaks
from stages.comparing.verdicts import WORSE
from stages.core.params import Fraction, Schema, read_block, read_families, require_one_of
from stages.core.paths import DATASET, METRICS
from stages.reporting.pages import p_value
from stages.review.comparison import Comparison, compare_with
from stages.review.recorded import Recorded, read_recorded

FOR = "mnist"  # floors are of this data set's test images and say nothing of others


class Gate(Schema):
    """The block `gate` of params.yaml: {family: least test accuracy}."""

    floors: dict[str, Fraction] = Field(default_factory=dict)


def gate(base: str | None, remote: bool) -> None:
    """Print what was judged, against `base` too if it is named; exit with a line for each failure.

    With `remote`, predictions that are not here are read from DVC's default remote.
    """
    floors, comparison = read_floors(), compare_with(base, remote) if base else None
    recorded = comparison.after if comparison else read_recorded(LocalFileSystem())
    print(told_floors(floors, recorded) or f"floors: {len(floors)}")
    for leak in leaks(recorded.exploration):
        print(f"note: {leak}")
    if comparison:
        print(told_verdicts(comparison))
    reasons = failures(floors, recorded, comparison)
    if reasons:
        sys.exit("\n".join(f"gate: {reason}" for reason in reasons))
    print("gate: passed")


def failures(
    floors: dict[str, float], recorded: Recorded, comparison: Comparison | None
) -> list[str]:
    """Why the gate fails: families below their floors, without metrics, or worse than before."""
    reasons = below_floors(floors, recorded)
    told = () if told_floors(floors, recorded) else floors
    reasons += unmeasured(recorded, comparison.before if comparison else None, told)
    return reasons + regressions(comparison.verdicts) if comparison else reasons


def unmeasured(recorded: Recorded, before: Recorded | None, floors: Collection[str]) -> list[str]:
    """One reason for each family of params.yaml, and the ensemble, without metrics that the base
    has, or without a base that others have; those with a floor are told by `below_floors`."""
    named = [*recorded.families, JOINED] if before or recorded.scores else []
    known = before.scores if before else named
    return [
        f"{name}: has no metrics in {METRICS}/; run dvc repro"
        for name in named
        if name not in recorded.scores and name in known and name not in floors
    ]


def read_floors() -> dict[str, float]:
    """{family: least test accuracy}; raises `UserError`, also for a family that there is not."""
    floors = read_block(Gate, "gate").floors
    allowed = {*read_families(), JOINED} if floors else ()
    for name in floors:
        require_one_of(f"family {name!r}", name, allowed, "gate.floors")
    return floors


def told_floors(floors: dict[str, float], recorded: Recorded) -> str:
    """Why the floors do not count; empty if they do."""
    name = (recorded.dataset or {}).get("name", FOR)
    if not floors or name == FOR:
        return ""
    return f"floors are for {FOR}; they are not applied to {name}"


def below_floors(floors: dict[str, float], recorded: Recorded) -> list[str]:
    """One reason for each family that is below its floor, or was not measured at all."""
    if not floors or told_floors(floors, recorded):
        return []
    if recorded.dataset is None:
        return [f"no {DATASET}: nothing was measured; run dvc repro"]
    reasons = []
    for name, floor in floors.items():
        accuracy = recorded.scores.get(name, {}).get("test", {}).get("accuracy")
        if accuracy is None:
            reasons.append(f"{name}: has a floor of {floor}, but no metrics; run dvc repro")
        elif accuracy < floor:
            reasons.append(f"{name}: test accuracy {accuracy} is below its floor of {floor}")
    return reasons


def told_verdicts(comparison: Comparison) -> str:
    """How many families have which verdict, and which are gone."""
    base = comparison.base
    gone = ", ".join(removed(comparison))
    more = f"; gone: {gone}" if gone else ""
    if comparison.why_not:
        return f"not compared with {base.name}: {comparison.why_not}{more}"
    counts = comparison.verdicts["verdict"].value_counts()
    listed = ", ".join(f"{verdict} {count}" for verdict, count in counts.items())
    return f"against {base.name} ({base.commit[:10]}): {listed}{more}"


def removed(comparison: Comparison) -> list[str]:
    """The families that only the base has."""
    return [name for name in comparison.before.families if name not in comparison.after.families]


def regressions(verdicts: pd.DataFrame) -> list[str]:
    """One reason for each family that is significantly worse."""
    return [
        f"{line.family}: test accuracy {line.before} has become {line.after}, significantly worse "
        f"({line.test}'s exact test, p {p_value(line.p_holm)} after Holm's correction)"
        for line in verdicts[verdicts["verdict"] == WORSE].itertuples()
    ]
