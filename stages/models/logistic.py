"""Multinomial logistic regression on transformed pixels (Intel's L-BFGS).

The square root evens out the variance of stroke edges.
"""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearnex.linear_model import LogisticRegression

Positive = Annotated[float, Field(gt=0)]


def build(
    classes: int,
    *,
    transform: Literal["root", "standardise", "none"],
    C: Positive,
    max_iter: Annotated[int, Field(ge=1)],
) -> Pipeline:
    """The unfitted pipeline for (n, 784) pixels of 0..1; a larger `C` is a weaker L2 penalty."""
    steps = {"root": FunctionTransformer(np.sqrt), "standardise": StandardScaler()}
    return make_pipeline(
        steps.get(transform, "passthrough"), LogisticRegression(C=C, max_iter=max_iter)
    )
