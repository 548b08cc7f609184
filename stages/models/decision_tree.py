"""A single decision tree (CART, Breiman et al. 1984)."""

from typing import Literal

from sklearn.tree import DecisionTreeClassifier

from stages.core.params import Count


def build(
    classes: int,
    *,
    criterion: Literal["gini", "entropy", "log_loss"],
    max_depth: Count | None,
    min_samples_leaf: Count,
) -> DecisionTreeClassifier:
    """The unfitted tree for (n, 784) pixels."""
    return DecisionTreeClassifier(
        criterion=criterion, max_depth=max_depth, min_samples_leaf=min_samples_leaf
    )
