"""Weights of classes: where some have few rows, each may still count as much as any other."""

from typing import Literal

import numpy as np

from stages.core.errors import UserError
from stages.core.params import PARAMS_FILE

ClassWeight = Literal["none", "balanced"]


def class_weights(labels: np.ndarray, kind: ClassWeight) -> np.ndarray | None:
    """What a row of each class counts, float32 (greatest label + 1,); None where all count alike.

    `balanced`, as scikit-learn's: n / (classes * rows of the class), so that the mean over the rows
    is 1; classes without rows are left out.
    """
    if kind == "none":
        return None
    counts = np.bincount(labels)
    weights = len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1))
    return weights.astype(np.float32)


def unweighable(family: str) -> UserError:
    """What is to be said where the model of a family cannot weigh its rows."""
    return UserError(
        f"{PARAMS_FILE}: families.{family}.fit.class_weight: got 'balanced', but this family's "
        "model has no weights for its rows; set none, or take a linear model, a tree, a forest, "
        "boosting, an svm, or a network of PyTorch or Keras"
    )
