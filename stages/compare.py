"""Stage `compare`: families against each other on the same test rows, and the rows they miss."""

from pathlib import Path

import numpy as np
import pandas as pd

from stages.common.contest import against_leader, compare_pairs
from stages.common.errors import run
from stages.common.files import read_json, write_json, write_text
from stages.common.leaderboard import leaderboard
from stages.common.params import read_families
from stages.common.paths import (
    AGREEMENT,
    DATASET,
    HARD_DIGITS,
    LEADER,
    MISSED,
    MISSED_ROWS,
    PREDICTIONS,
    SCORES,
    TEST,
)
from stages.common.predictions import read_test_scores
from stages.common.probes import HARD, load_probe
from stages.common.rows import Rows, load_rows

PAIRS = Path("metrics/pairs.csv")
AS_TEXT = {"index": False, "float_format": "%.6g"}  # of a small p-value, rounding leaves nothing


def is_informed(scores: np.ndarray) -> bool:
    """Whether the family answers differently to different rows; a constant guess misses no row of
    its class, so it would hide what all others miss."""
    return len(np.unique(scores.argmax(axis=1))) > 1


def misses(right: pd.DataFrame) -> pd.Series:
    """How many families miss each row."""
    return (~right).sum(axis=1)


def missed_rows(right: pd.DataFrame, test: Rows, classes: list[str]) -> pd.DataFrame:
    """The rows that at most one family has right, the hardest first: `index`, `label`,
    `missed_by` so many of them, and `only`, the one that is right."""
    by = misses(right)
    table = pd.DataFrame(
        {
            "index": np.asarray(test.indices),
            "label": np.array(classes)[test.labels],
            "missed_by": by,
            "only": right.idxmax(axis=1).where(by == right.shape[1] - 1, ""),
        }
    )
    hard = table[by >= right.shape[1] - 1]
    return hard.sort_values(["missed_by", "index"], ascending=[False, True], kind="stable")


def agreement(right: pd.DataFrame) -> dict[str, float]:
    """How many test rows so many families miss; how many each alone has right."""
    by = misses(right)
    alone = right[by == right.shape[1] - 1].sum()
    return {
        "families": right.shape[1],
        "missed_by_none": int((by == 0).sum()),
        "missed_by_some": int(((by > 0) & (by < right.shape[1])).sum()),
        "missed_by_all": int((by == right.shape[1]).sum()),
        "only": {name: int(count) for name, count in alone.items()},
    }


def hard_answers(answers: dict[str, np.ndarray], classes: list[str]) -> pd.DataFrame:
    """What each family says of each hard digit, with the score that it gives."""
    probe = load_probe(HARD)
    known = probe.table.assign(label=np.array(classes)[probe.labels])
    parts = [known.assign(family="", predicted="", score=0.0)[:0]]
    for name, scores in answers.items():
        said = {"family": name, "predicted": np.array(classes)[scores.argmax(axis=1)]}
        parts.append(known.assign(**said, score=scores.max(axis=1).astype(np.float64)))
    return pd.concat(parts, ignore_index=True).sort_values(["file", "index"], kind="stable")


def main() -> None:
    families = list(read_families())
    ranked = leaderboard({name: read_json(SCORES / f"{name}.json")[name] for name in families})
    classes, test = read_json(DATASET)["classes"], load_rows(TEST)
    scores = read_test_scores(list(ranked["family"]))
    right = pd.DataFrame(
        {name: each.argmax(axis=1) == test.labels for name, each in scores.items()}
    )
    pairs = compare_pairs(right)
    write_text(PAIRS, pairs.to_csv(**AS_TEXT))
    against = against_leader(pairs, ranked["family"][0])
    write_text(LEADER, against.to_csv(**AS_TEXT))
    informed = right[[name for name, each in scores.items() if is_informed(each)]]
    write_json(AGREEMENT, {"agreement": agreement(informed)})
    counts = misses(informed).value_counts()
    by = counts.reindex(range(informed.shape[1] + 1), fill_value=0)
    missed = by.rename_axis("missed_by").rename("digits").reset_index()
    write_text(MISSED, missed.to_csv(index=False))
    write_text(MISSED_ROWS, missed_rows(informed, test, classes).to_csv(index=False))
    hard = {
        name: np.load(PREDICTIONS / name / "hard.npy")
        for name in families
        if (PREDICTIONS / name / "hard.npy").exists()
    }
    table = hard_answers(hard, classes)
    write_text(HARD_DIGITS, table.to_csv(**AS_TEXT))
    tied = against.loc[against["tied"], "family"].tolist()
    told = f"not told apart from it: {', '.join(tied)}" if tied else "better than every other"
    print(f"{ranked['family'][0]} leads; {told}")


if __name__ == "__main__":
    run(main)
