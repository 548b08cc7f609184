"""Stage `ensemble`: the weighted mean of several families' probabilities.

The weights are fitted on validation rows alone (a linear opinion pool; Stone 1961).
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from stages.common.errors import UserError, run
from stages.common.files import new_folder, read_json, write_json, write_text
from stages.common.paths import (
    CHOSEN,
    CONFUSION,
    DATASET,
    ENSEMBLE,
    MEMBERS_CURVE,
    TEST,
    VALIDATION,
)
from stages.common.rows import load_rows
from stages.common.scores import DIGITS, accuracy, are_probabilities, confusion, summary

JOINED = Path("data/ensemble")
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


def main() -> None:
    labels = {"validation": load_rows(VALIDATION).labels, "test": load_rows(TEST).labels}
    names = sorted(path.name for path in MEMBERS.iterdir())
    parts = read_members(names)
    best_first = np.argsort(
        [-accuracy(each, labels["validation"]) for each in parts["validation"]], kind="stable"
    )
    names, parts = (
        [names[i] for i in best_first],
        {split: each[best_first] for split, each in parts.items()},
    )
    curve = []
    for count in range(1, len(names) + 1):
        weights = fit_weights(parts["validation"][:count], labels["validation"])
        joined = {split: join(each[:count], weights) for split, each in parts.items()}
        numbers = {split: summary(each, labels[split]) for split, each in joined.items()}
        for split, found in numbers.items():
            curve.append([count, names[count - 1], split, *(found[key] for key in ACCURACY)])
    with new_folder(JOINED) as folder:
        for split, each in joined.items():
            np.save(folder / f"{split}.npy", each)
    columns = ["members", "added", "split", *ACCURACY]
    write_text(MEMBERS_CURVE, pd.DataFrame(curve, columns=columns).to_csv(index=False))
    shares = {
        name: round(float(weight), DIGITS) for name, weight in zip(names, weights, strict=True)
    }
    write_json(ENSEMBLE, {"ensemble": numbers | {"weights": shares}})
    counts = confusion(joined["test"], labels["test"], read_json(DATASET)["classes"])
    write_text(CONFUSION / "ensemble.csv", counts.to_csv(index=False))
    print(f"ensemble of {len(names)}: test accuracy {numbers['test']['accuracy']:.2%}")


if __name__ == "__main__":
    run(main)
