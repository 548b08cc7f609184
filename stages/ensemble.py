"""Stage `ensemble`: the weighted mean of several families' probabilities.

The weights are fitted on validation rows alone (a linear opinion pool; Stone 1961). What it answers
on validation rows is said with weights of other validation rows, so that it is not flattered.
"""

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from stages.core.errors import UserError, run
from stages.core.files import new_folder, write_json, write_text
from stages.core.paths import CHOSEN, ENSEMBLE, MEMBERS_CURVE, METRICS, TEST, VALIDATION
from stages.core.rows import load_dataset, load_rows
from stages.core.scores import are_probabilities
from stages.measuring.evaluation import write_evaluation
from stages.measuring.metrics import numbers, tracked

MEMBERS = CHOSEN / "members"
FOLDS = 10
STEPS = 100  # weights are told, and used, in hundredths
ACCURACY = ["accuracy", "accuracy_low", "accuracy_high"]


def fit_weights(members: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Weights (m,), none negative, sum 1, of least log loss for probabilities (m, n, classes)."""
    of_label = members[:, np.arange(len(labels)), labels].astype(np.float64).clip(min=1e-12)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        mixed = weights @ of_label
        return -np.log(mixed).mean(), -(of_label / mixed).mean(axis=1)

    count = len(members)
    found = minimize(
        loss,
        np.full(count, 1 / count),
        jac=True,
        method="SLSQP",
        bounds=[(0, 1)] * count,
        constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1},
    )
    return _hundredths(found.x.clip(min=0))


def _hundredths(weights: np.ndarray) -> np.ndarray:
    """Whole hundredths that sum to 1: each rounded down, the greatest remainders up."""
    wanted = weights / weights.sum() * STEPS
    whole = np.floor(wanted + 1e-6)
    short = int(STEPS - whole.sum())
    whole[np.argsort(whole - wanted, kind="stable")[:short]] += 1
    return whole / STEPS


def answers_unseen(members: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The joined probabilities (n, classes) of the rows that weights are fitted on: each row's with
    the weights of the rows outside its fold."""
    folds = np.random.default_rng(0).permutation(len(labels)) % FOLDS
    joined = np.empty(members.shape[1:], np.float32)
    for fold in np.unique(folds):
        own = folds == fold
        joined[own] = join(members[:, own], fit_weights(members[:, ~own], labels[~own]))
    return joined


def join(members: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Probabilities, float32 (n, classes)."""
    return np.einsum("m,mnc->nc", weights, members).astype(np.float32)


def read_members(split: str) -> dict[str, np.ndarray]:
    """{name: (n, classes)}; raises `UserError` for a member whose scores do not add to 1."""
    scores = {path.name: np.load(path / f"{split}.npy") for path in sorted(MEMBERS.iterdir())}
    for name, each in scores.items():
        if not are_probabilities(each):
            raise UserError(
                f"params.yaml: ensemble.members: {name} has scores but no probabilities, which "
                "cannot be averaged; leave it out"
            )
    return scores


def main() -> None:
    rows = {"validation": load_rows(VALIDATION), "test": load_rows(TEST)}
    read, labels = {split: read_members(split) for split in rows}, rows["validation"].labels
    alone = {name: numbers(each, labels) for name, each in read["validation"].items()}
    names = sorted(alone, key=lambda name: (-alone[name]["accuracy"], alone[name]["log_loss"]))
    parts = {split: np.stack([each[name] for name in names]) for split, each in read.items()}
    curve = []
    for count in range(1, len(names) + 1):
        first = {split: each[:count] for split, each in parts.items()}
        weights = fit_weights(first["validation"], labels)
        joined = {
            "validation": answers_unseen(first["validation"], labels),
            "test": join(first["test"], weights),
        }
        for split, each in joined.items():
            found = numbers(each, rows[split].labels)
            curve.append([count, names[count - 1], split, *(found[key] for key in ACCURACY)])
    with new_folder(ENSEMBLE) as folder:
        measured = write_evaluation(folder, joined, rows, load_dataset(TEST))
        shares = dict(zip(names, weights.tolist(), strict=True))
        write_json(folder / "weights.json", shares)
    columns = ["members", "added", "split", *ACCURACY]
    write_text(MEMBERS_CURVE, pd.DataFrame(curve, columns=columns).to_csv(index=False))
    write_json(METRICS / "ensemble.json", tracked(measured))
    used = sum(share > 0 for share in shares.values())
    print(f"ensemble of {used}: test accuracy {measured['test']['accuracy']:.2%}")


if __name__ == "__main__":
    run(main)
