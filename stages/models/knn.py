"""The k nearest neighbours (Fix, Hodges 1951) among the training rows' principal components.

Fifty components answer faster than 784 pixels, and better: what they leave out is mostly noise.
"""

from typing import Any, Literal

from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearnex import neighbors as extension

from stages.core.params import Components, Count


def build(
    classes: int,
    *,
    neighbors: Count,
    weights: Literal["uniform", "distance"],
    components: Components | None,
) -> Pipeline:
    """The unfitted pipeline for (n, 784) pixels of 0..1; without `components`, on the pixels."""
    reduce = PCA(components, svd_solver="covariance_eigh") if components else "passthrough"
    return make_pipeline(reduce, Neighbours(neighbors, weights=weights, algorithm="brute"))


class Neighbours(KNeighborsClassifier):
    """scikit-learn's classifier, whose neighbours the extension finds."""

    def kneighbors(self, *asked: Any, **options: Any) -> Any:
        finder = extension.NearestNeighbors(n_neighbors=self.n_neighbors, algorithm="brute")
        return finder.fit(self._fit_X).kneighbors(*asked, **options)
