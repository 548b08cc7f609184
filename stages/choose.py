"""Stage `choose`: what the stages after it depend on, so that they run again only when it changes.

Which families there are; the one of best validation accuracy, with its params and the hashes of its
code, for `refit`; and the evaluations of the ensemble's members.
"""

import shutil

from stages.comparing.leaderboard import leaderboard
from stages.core.errors import run
from stages.core.files import new_folder, read_json, write_json
from stages.core.params import Names, Schema, read_block, read_families, require_named_families
from stages.core.paths import CHOSEN, EVALUATIONS
from stages.measuring.evaluation import DESCRIPTION, read_numbers


class Ensemble(Schema):
    """Which families' probabilities are joined."""

    members: Names


def main() -> None:
    families = read_families()
    members = read_block(Ensemble, "ensemble").members
    require_named_families()  # the members, and others that later stages ask for
    table = leaderboard({name: read_numbers(EVALUATIONS / name) for name in families})
    best = table["family"][0]
    with new_folder(CHOSEN) as folder:
        write_json(folder / "families.json", {name: families[name].framework for name in families})
        write_json(folder / "final.json", read_json(EVALUATIONS / best / DESCRIPTION))
        for member in members:
            shutil.copytree(EVALUATIONS / member, folder / "members" / member)
    print(f"{best} has the best validation accuracy, {table['validation_accuracy'][0]:.2%}")


if __name__ == "__main__":
    run(main)
