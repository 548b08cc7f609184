"""Stage `choose`: what the stages after it depend on, so that they run again only when it changes.

Which families there are; the one of best validation accuracy, with its params and the hashes of its
code, for `refit`; and the evaluations of the ensemble's members.
"""

import hashlib
import shutil

from stages.comparing.leaderboard import leaderboard
from stages.core.errors import run
from stages.core.files import new_folder, write_json
from stages.core.params import Family, Names, Schema, read_block, read_families, require_families
from stages.core.paths import CHOSEN, EVALUATIONS
from stages.frameworks.contract import STAGES
from stages.measuring.evaluation import read_numbers


class Ensemble(Schema):
    """Which families' probabilities are joined."""

    members: Names


def code_hashes(block: Family) -> dict[str, str]:
    """sha256 of the two files that a family is made of, beside what all families share."""
    files = [f"frameworks/{block.framework}.py", f"models/{block.model}.py"]
    return {file: hashlib.sha256((STAGES / file).read_bytes()).hexdigest() for file in files}


def main() -> None:
    families = read_families()
    members = read_block(Ensemble, "ensemble").members
    require_families(members, "ensemble.members")
    table = leaderboard({name: read_numbers(EVALUATIONS / name) for name in families})
    best = table["family"][0]
    block = families[best]
    chosen = {"family": best, "params": block.model_dump(), "code": code_hashes(block)}
    with new_folder(CHOSEN) as folder:
        write_json(folder / "families.json", {name: families[name].framework for name in families})
        write_json(folder / "final.json", chosen)
        for member in members:
            shutil.copytree(EVALUATIONS / member, folder / "members" / member)
    print(f"{best} has the best validation accuracy, {table['validation_accuracy'][0]:.2%}")


if __name__ == "__main__":
    run(main)
