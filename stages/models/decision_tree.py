"""A single decision tree (CART, Breiman et al. 1984)."""

from typing import Annotated, Literal

from pydantic import Field
from sklearn.tree import DecisionTreeClassifier

AtLeast1 = Annotated[int, Field(ge=1)]


def build(
    classes: int,
    *,
    criterion: Literal["gini", "entropy", "log_loss"],
    max_depth: AtLeast1 | None,
    min_samples_leaf: AtLeast1,
) -> DecisionTreeClassifier:
    """The unfitted tree for (n, 784) pixels."""
    return DecisionTreeClassifier(
        criterion=criterion, max_depth=max_depth, min_samples_leaf=min_samples_leaf
    )
