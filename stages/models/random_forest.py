"""A random forest of unpruned trees (Breiman 2001).

scikit-learn's own: on 2 cores it fits MNIST faster than the extension's.
"""

from typing import Annotated, Literal

from pydantic import Field
from sklearn.ensemble import RandomForestClassifier

AtLeast1 = Annotated[int, Field(ge=1)]


def build(
    classes: int,
    *,
    n_estimators: AtLeast1,
    criterion: Literal["gini", "entropy", "log_loss"],
    max_depth: AtLeast1 | None,
    bootstrap: bool,
) -> RandomForestClassifier:
    """The unfitted forest for (n, 784) pixels; without `bootstrap` each tree sees every row."""
    return RandomForestClassifier(
        n_estimators, criterion=criterion, max_depth=max_depth, bootstrap=bootstrap
    )
