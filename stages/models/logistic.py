"""Multinomial logistic regression on standardised pixels (Intel's L-BFGS)."""

from typing import Annotated

from pydantic import Field
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearnex.linear_model import LogisticRegression

Positive = Annotated[float, Field(gt=0)]


def build(classes: int, *, C: Positive, max_iter: Annotated[int, Field(ge=1)]) -> Pipeline:
    """The unfitted pipeline for (n, 784) pixels; `C` is the inverse strength of the L2 penalty."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=C, max_iter=max_iter))
