"""Stage `ensemble`: the weighted mean of several families' probabilities.

The weights are fitted on validation rows alone (a linear opinion pool; Stone 1961).
"""

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from stages.core.errors import UserError, run
from stages.core.files import new_folder, write_json, write_text
from stages.core.paths import CHOSEN, ENSEMBLE, MEMBERS_CURVE, METRICS, TEST, VALIDATION
from stages.core.rows import load_dataset, load_rows
from stages.core.scores import DIGITS, accuracy, are_probabilities
from stages.measuring.evaluation import write_evaluation
from stages.measuring.metrics import numbers, tracked

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
    names = sorted(read["test"], key=lambda name: -accuracy(read["validation"][name], labels))
    parts = {split: np.stack([each[name] for name in names]) for split, each in read.items()}
    curve = []
    for count in range(1, len(names) + 1):
        weights = fit_weights(parts["validation"][:count], labels)
        joined = {split: join(each[:count], weights) for split, each in parts.items()}
        for split, each in joined.items():
            found = numbers(each, rows[split].labels)
            curve.append([count, names[count - 1], split, *(found[key] for key in ACCURACY)])
    with new_folder(ENSEMBLE) as folder:
        measured = write_evaluation(folder, joined, rows, load_dataset(TEST).classes)
        shares = dict(zip(names, weights.round(DIGITS).tolist(), strict=True))
        write_json(folder / "weights.json", shares)
    columns = ["members", "added", "split", *ACCURACY]
    write_text(MEMBERS_CURVE, pd.DataFrame(curve, columns=columns).to_csv(index=False))
    write_json(METRICS / "ensemble.json", tracked(measured))
    print(f"ensemble of {len(names)}: test accuracy {measured['test']['accuracy']:.2%}")


if __name__ == "__main__":
    run(main)
