"""Stage `ensemble`: the weighted mean of several families' probabilities.

The weights are fitted on validation rows alone (a linear opinion pool; Stone 1961).
"""

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from stages.common.errors import UserError, run
from stages.common.files import new_folder, read_json, write_json, write_text
from stages.common.measure import Evaluate, numbers, tables, write_tables
from stages.common.params import read_block
from stages.common.paths import (
    CHOSEN,
    DATASET,
    ENSEMBLE,
    JOINED,
    MEMBERS_CURVE,
    TEST,
    VALIDATION,
)
from stages.common.rows import load_rows
from stages.common.scores import DIGITS, accuracy, are_probabilities, summary

MEMBERS = CHOSEN / "members"
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
    weights = found.x.clip(min=0).round(DIGITS)
    return weights / weights.sum()


def join(members: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Probabilities, float32 (n, classes)."""
    return np.einsum("m,mnc->nc", weights, members).astype(np.float32)


def read_members(names: list[str]) -> dict[str, np.ndarray]:
    """{split: (m, n, classes)}; raises `UserError` for a member whose scores do not add to 1."""
    parts = {}
    for split in ("validation", "test"):
        scores = [np.load(MEMBERS / name / f"{split}.npy") for name in names]
        for name, each in zip(names, scores, strict=True):
            if not are_probabilities(each):
                raise UserError(
                    f"params.yaml: ensemble.members: {name} has scores but no probabilities, which "
                    "cannot be averaged; leave it out"
                )
        parts[split] = np.stack(scores)
    return parts


def order(
    parts: dict[str, np.ndarray], names: list[str], labels: np.ndarray
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Members and names, those of best validation accuracy first."""
    accuracies = [accuracy(each, labels) for each in parts["validation"]]
    best = np.argsort(-np.array(accuracies), kind="stable")
    return {split: each[best] for split, each in parts.items()}, [names[i] for i in best]


def main() -> None:
    target = read_block(Evaluate, "evaluate").target_precision
    rows = {"validation": load_rows(VALIDATION), "test": load_rows(TEST)}
    names = sorted(path.name for path in MEMBERS.iterdir())
    parts, names = order(read_members(names), names, rows["validation"].labels)
    curve = []
    for count in range(1, len(names) + 1):
        weights = fit_weights(parts["validation"][:count], rows["validation"].labels)
        joined = {split: join(each[:count], weights) for split, each in parts.items()}
        for split, each in joined.items():
            found = summary(each, rows[split].labels)
            curve.append([count, names[count - 1], split, *(found[key] for key in ACCURACY)])
    with new_folder(JOINED) as folder:
        for split, each in joined.items():
            np.save(folder / f"{split}.npy", each)
    columns = ["members", "added", "split", *ACCURACY]
    write_text(MEMBERS_CURVE, pd.DataFrame(curve, columns=columns).to_csv(index=False))
    measured = {split: numbers(each, rows[split].labels) for split, each in joined.items()}
    shares = dict(zip(names, weights.round(DIGITS).tolist(), strict=True))
    write_json(ENSEMBLE, {"ensemble": measured | {"weights": shares}})
    write_tables("ensemble", tables(joined, rows, read_json(DATASET)["classes"], target))
    print(f"ensemble of {len(names)}: test accuracy {measured['test']['accuracy']:.2%}")


if __name__ == "__main__":
    run(main)
