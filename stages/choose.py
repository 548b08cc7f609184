"""Stage `choose`: what the stages after it depend on, so that they run again only when it changes.

The family of best validation accuracy, with its params and the hashes of its code, for `refit`; and
the scores of the ensemble's members.
"""

import shutil

from stages.common.errors import run
from stages.common.files import new_folder, read_json, write_json
from stages.common.leaderboard import leaderboard
from stages.common.params import Names, Schema, read_block, read_families, require_families
from stages.common.paths import CHOSEN, PREDICTIONS, SCORES
from stages.family import code_hashes


class Ensemble(Schema):
    """Which families' probabilities are joined."""

    members: Names


def main() -> None:
    families = read_families()
    members = read_block(Ensemble, "ensemble").members
    require_families(members, "ensemble.members")
    table = leaderboard({name: read_json(SCORES / f"{name}.json")[name] for name in families})
    best = table["family"][0]
    block = families[best]
    chosen = {"family": best, "params": block.model_dump(), "code": code_hashes(block)}
    with new_folder(CHOSEN) as folder:
        write_json(folder / "final.json", chosen)
        for member in members:
            shutil.copytree(PREDICTIONS / member, folder / "members" / member)
    print(f"{best} has the best validation accuracy, {table['validation_accuracy'][0]:.2%}")


if __name__ == "__main__":
    run(main)
