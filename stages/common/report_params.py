"""The block `report` of params.yaml."""

from typing import Annotated, Any

from pydantic import Field

from stages.common.params import Report, Schema, require_one_of


class OneVsRest(Schema):
    """One class against the rest, and the two families that are shown telling it."""

    label: str
    families: Annotated[list[str], Field(min_length=2, max_length=2)]


class ReportParams(Report):
    """`one_vs_rest`: the worked example of one class against all others."""

    one_vs_rest: OneVsRest


def check_example(example: OneVsRest, classes: list[str], families: Any) -> None:
    """Raise `UserError` for a class or a family that there is not."""
    where = "report.one_vs_rest"
    require_one_of(f"class {example.label!r}", example.label, classes, f"{where}.label")
    for name in example.families:
        require_one_of(f"family {name!r}", name, families, f"{where}.families")
