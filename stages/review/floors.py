"""The floors of test accuracy, `report.floors` of params.yaml: below them a family has failed."""

from pydantic import ConfigDict, Field

from stages.core.params import Fraction, Schema, read_block, read_families, require_one_of
from stages.review.recorded import Recorded

FOR = "mnist"  # floors are of this data set's test images and say nothing of others


class Floors(Schema):
    """`floors`: {family: test accuracy}; the rest of the block is the report's own."""

    model_config = ConfigDict(extra="ignore", strict=True)

    floors: dict[str, Fraction] = Field(default_factory=dict)


def read_floors() -> dict[str, float]:
    """{family: least test accuracy}; raises `UserError`, also for a family that there is not."""
    floors = read_block(Floors, "report").floors
    allowed = {*read_families(), "ensemble"} if floors else ()
    for name in floors:
        require_one_of(f"family {name!r}", name, allowed, "report.floors")
    return floors


def below_floors(floors: dict[str, float], recorded: Recorded) -> list[str]:
    """One reason for each family that is below its floor, or was not measured at all."""
    if recorded.dataset is None:
        return ["no metrics/dataset.json: nothing was measured; run dvc repro"] if floors else []
    if recorded.dataset["name"] != FOR:
        return []
    reasons = []
    for name, floor in floors.items():
        if name not in recorded.scores:
            reasons.append(f"{name}: has a floor of {floor}, but no metrics; run dvc repro")
            continue
        accuracy = recorded.scores[name]["test"]["accuracy"]
        if accuracy < floor:
            reasons.append(f"{name}: test accuracy {accuracy} is below its floor of {floor}")
    return reasons
