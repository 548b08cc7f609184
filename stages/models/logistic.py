"""Multinomial logistic regression on transformed pixels (Intel's L-BFGS).

The square root evens out the variance of stroke edges.
"""

from typing import Literal

import numpy as np
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearnex.linear_model import LogisticRegression

from stages.core.params import Count, Positive


def build(
    classes: int, *, transform: Literal["root", "standardise", "none"], C: Positive, max_iter: Count
) -> Pipeline:
    """The unfitted pipeline for (n, 784) pixels of 0..1; a larger `C` is a weaker L2 penalty."""
    steps = {"root": FunctionTransformer(np.sqrt), "standardise": StandardScaler()}
    step = steps.get(transform, "passthrough")
    return make_pipeline(step, LogisticRegression(C=C, max_iter=max_iter))
