"""Stage `compare`: families against each other on the same test rows, the rows they miss, and the
labels that look wrong."""

import numpy as np
import pandas as pd

from stages.comparing.agreement import (
    among,
    hard_answers,
    informed,
    missed_counts,
    missed_rows,
    right_alone,
)
from stages.comparing.entrants import evaluations, joined_tables, ranking, read_scores
from stages.comparing.leaderboard import leaderboard
from stages.comparing.leaks import leaks
from stages.comparing.significance import against_leader, compare_pairs, least_seen
from stages.comparing.suspicious import suspicious_labels, told_suspicious
from stages.core.errors import run
from stages.core.files import new_folder, read_json
from stages.core.paths import COMPARED, ENSEMBLE, EXPLORED, TEST, TRAIN, VALIDATION
from stages.core.rows import load_dataset, load_rows
from stages.measuring.evaluation import HARD, load_probe, read_numbers

JOINED_TABLES = ("calibration", "classes", "confusion", "errors", "one_vs_rest")
JOINED_TABLES += ("precision_recall", "robustness", "roc")


def tables(scores: dict[str, np.ndarray]) -> dict[str, pd.DataFrame]:
    """All that is compared, by the name of its CSV; `scores` (n, classes) of the test rows,
    the leader's first."""
    dataset, test = load_dataset(TEST), load_rows(TEST)
    classes = dataset.classes
    kinds = [*JOINED_TABLES, *(["sources"] if dataset.sources else [])]
    right = pd.DataFrame(
        {name: each.argmax(axis=1) == test.labels for name, each in scores.items()}
    )
    asked = informed(right, scores)
    pairs, hard = compare_pairs(right), load_probe(HARD)
    known = hard.table.assign(
        label=np.array(classes)[hard.labels], trained_on=among(hard.images, load_rows(TRAIN))
    )
    return {
        "pairs": pairs,
        "leader": against_leader(pairs),
        "missed": missed_counts(asked),
        "alone": right_alone(asked),
        "missed_digits": missed_rows(asked, test, classes),
        "hard_digits": hard_answers(known, read_scores("hard"), classes),
    } | {kind: joined_tables(kind) for kind in kinds}


def judged_labels() -> dict[str, pd.DataFrame]:
    """Which labels of rows that are new to all families look wrong, by the ensemble's
    probabilities, which are weighted by how good they are; by the name of its CSV."""
    parts = {part.name: load_rows(part) for part in (VALIDATION, TEST)}
    joined = {part: np.load(ENSEMBLE / f"{part}.npy") for part in parts}
    suspicious, judged = suspicious_labels(parts, joined, load_dataset(TEST).classes)
    return {"suspicious": suspicious, "judged": judged}


def main() -> None:
    measured = {name: read_numbers(folder) for name, folder in evaluations().items()}
    del measured["ensemble"]
    ranked = leaderboard(measured, ranking())["family"].tolist()
    scores = read_scores("test")
    scores = {name: scores[name] for name in [*ranked, "ensemble"]}
    found = tables(scores) | judged_labels()
    with new_folder(COMPARED) as folder:
        for name, table in found.items():
            # Rounding to decimals would leave nothing of a small p-value.
            table.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g")
    against = found["leader"]
    tied, ahead = (against.loc[against[which], "family"] for which in ("tied", "ahead"))
    told = [f"not told apart from it: {', '.join(tied)}"] if len(tied) else []
    told += [f"better than it: {', '.join(ahead)}"] if len(ahead) else []
    print(f"{ranked[0]} leads; {'; '.join(told) or 'better than every other'}")
    seen = least_seen(len(found["pairs"]))
    print(f"no test tells two apart that differ by fewer than {seen} test rows")
    print(told_suspicious(found["judged"]))
    for leak in leaks(read_json(EXPLORED / "numbers.json")):
        print(f"note: {leak}")


if __name__ == "__main__":
    run(main)
