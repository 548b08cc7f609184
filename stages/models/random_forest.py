"""A random forest of unpruned trees (Breiman 2001).

scikit-learn's own: on 2 cores it fits MNIST faster than the extension's.
"""

from typing import Literal

from sklearn.ensemble import RandomForestClassifier

from stages.core.params import Count


def build(
    classes: int,
    *,
    n_estimators: Count,
    criterion: Literal["gini", "entropy", "log_loss"],
    max_depth: Count | None,
    bootstrap: bool,
) -> RandomForestClassifier:
    """The unfitted forest for (n, 784) pixels; without `bootstrap` each tree sees every row."""
    return RandomForestClassifier(
        n_estimators, criterion=criterion, max_depth=max_depth, bootstrap=bootstrap
    )
