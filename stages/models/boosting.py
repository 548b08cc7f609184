"""Gradient-boosted trees on binned pixels (scikit-learn's, after LightGBM; Ke et al. 2017)."""

from typing import Annotated

from pydantic import Field
from sklearn.ensemble import HistGradientBoostingClassifier

AtLeast1 = Annotated[int, Field(ge=1)]


def build(
    classes: int,
    *,
    learning_rate: Annotated[float, Field(gt=0)],
    rounds: AtLeast1,
    max_leaf_nodes: Annotated[int, Field(ge=2)],
    max_bins: Annotated[int, Field(ge=2, le=255)],
    max_features: Annotated[float, Field(gt=0, le=1)],
) -> HistGradientBoostingClassifier:
    """The unfitted classifier for (n, 784) pixels.

    Every round adds one tree for each class; each split looks at a random share `max_features`.
    """
    return HistGradientBoostingClassifier(
        learning_rate=learning_rate,
        max_iter=rounds,
        max_leaf_nodes=max_leaf_nodes,
        max_bins=max_bins,
        max_features=max_features,
        early_stopping=False,
    )
