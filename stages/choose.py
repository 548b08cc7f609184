"""Stage `choose`: what the stages after it depend on, so that they run again only when it changes.

Which families there are, and what they are ranked by; the best of them, with its params and the
hashes of its code, for `refit`; and the evaluations of the ensemble's members.
"""

import shutil
from typing import Annotated, Literal

from pydantic import Field

from stages.comparing.leaderboard import CHOICES, Ranking, leaderboard
from stages.core.errors import UserError, run
from stages.core.files import new_folder, read_json, write_json
from stages.core.params import Names, Schema, read_block, read_families, require_named_families
from stages.core.paths import CHOSEN, EVALUATIONS
from stages.measuring.evaluation import DESCRIPTION, read_numbers


class Choose(Schema):
    """By what, on validation rows, families are ranked and the best of them is chosen.

    `robustness`: the weight of the mean accuracy on corrupted validation rows beside it.
    """

    by: Literal[*CHOICES]
    robustness: Annotated[float, Field(ge=0, le=1)] = 0.0


class Ensemble(Schema):
    """Which families' probabilities are joined."""

    members: Names


def main() -> None:
    families = read_families()
    members = read_block(Ensemble, "ensemble").members
    ranking = Ranking(**read_block(Choose, "choose").model_dump())
    require_named_families()  # the members, and others that later stages ask for
    numbers = {name: read_numbers(EVALUATIONS / name) for name in families}
    if ranking.robustness and any(
        "robustness" not in each["validation"] for each in numbers.values()
    ):
        raise UserError(
            f"params.yaml: choose.robustness: got {ranking.robustness}, but probe.corruptions "
            "names nothing that could count; name some, or set 0"
        )
    table = leaderboard(numbers, ranking)
    best = table["family"][0]
    with new_folder(CHOSEN) as folder:
        frameworks = {name: families[name].framework for name in families}
        about = {"ranking": ranking._asdict(), "families": frameworks}
        write_json(folder / "families.json", about)
        write_json(folder / "final.json", read_json(EVALUATIONS / best / DESCRIPTION))
        for member in members:
            shutil.copytree(EVALUATIONS / member, folder / "members" / member)
    value = table["ranked_value"][0]
    print(f"{best} has the best validation {ranking.title}, {value:.2%}")


if __name__ == "__main__":
    run(main)
