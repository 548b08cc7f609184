"""Gradient-boosted trees on binned pixels (scikit-learn's, after LightGBM; Ke et al. 2017).

They see the image at half its width and height: a quarter of the pixels to look for splits in.
"""

from typing import Annotated

import numpy as np
from pydantic import Field
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from stages.core.params import Count, Positive


def build(
    classes: int,
    *,
    learning_rate: Positive,
    rounds: Count,
    max_leaf_nodes: Annotated[int, Field(ge=2)],
    max_bins: Annotated[int, Field(ge=2, le=255)],
    max_features: Annotated[float, Field(gt=0, le=1)],
) -> Pipeline:
    """The unfitted pipeline for (n, 784) pixels.

    Every round adds one tree for each class; each split looks at a random share `max_features`.
    """
    trees = HistGradientBoostingClassifier(
        learning_rate=learning_rate,
        max_iter=rounds,
        max_leaf_nodes=max_leaf_nodes,
        max_bins=max_bins,
        max_features=max_features,
        early_stopping=False,
    )
    return make_pipeline(FunctionTransformer(halve), trees)


def halve(pixels: np.ndarray) -> np.ndarray:
    """(n, 784) to (n, 196): the means of blocks of 2x2 pixels."""
    return pixels.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(len(pixels), -1)
