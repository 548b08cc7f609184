"""The block `report` of params.yaml."""

from typing import Annotated

import pandas as pd
from pydantic import Field

from stages.core.params import Schema, require_one_of


class OneVsRest(Schema):
    """One class against the rest, and the two families that are shown telling it."""

    label: str
    families: Annotated[list[str], Field(min_length=2, max_length=2)]


class ReportParams(Schema):
    """`parity`: families of one architecture in several libraries, to be shown side by side;
    `one_vs_rest`: the worked example of one class against all others."""

    parity: list[str]
    one_vs_rest: OneVsRest


def example_for(example: OneVsRest, classes: list[str], told: dict[str, pd.DataFrame]) -> OneVsRest:
    """The example, of a class that the data set has: else the one that its first family tells
    least well (by AUC in `told`, {family: table}). Raises `UserError` for an unknown family."""
    for name in example.families:
        require_one_of(f"family {name!r}", name, told, "report.one_vs_rest.families")
    if example.label in classes:
        return example
    table = told[example.families[0]].dropna(subset="auc")
    label = table.loc[table["auc"].idxmin(), "class"]
    print(f"report.one_vs_rest: there is no class {example.label!r}; shown instead: {label!r}")
    return example.model_copy(update={"label": label})
