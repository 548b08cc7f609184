"""A support vector machine with a Gaussian kernel, one against one, on principal components.

Source: Cortes, Vapnik 1995. Intel's solver fits it; its decision values are computed here as matrix
products, because LibSVM, inside scikit-learn, takes one row at a time.
"""

from itertools import combinations
from typing import Self

import numpy as np
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import SVC
from sklearnex import svm as extension

from stages.core.params import Components, Positive

BATCH = 1000  # rows whose kernel values against all support vectors are held at once


def build(classes: int, *, C: Positive, gamma: Positive, components: Components | None) -> Pipeline:
    """The unfitted pipeline for (n, 784) pixels of 0..1; without `components`, on the pixels.

    A larger `C` forgives fewer training rows; `gamma` is the kernel's 1 / (2 variance).
    """
    reduce = PCA(components, svd_solver="covariance_eigh") if components else "passthrough"
    return make_pipeline(reduce, GaussianSVC(C=C, gamma=gamma))


class GaussianSVC(SVC):
    """scikit-learn's SVC, fitted by the extension's solver; only for the Gaussian kernel."""

    def fit(self, rows: np.ndarray, labels: np.ndarray) -> Self:
        solver = extension.SVC(C=self.C, gamma=self.gamma, class_weight=self.class_weight)
        solver.fit(rows, labels)
        for name in ("classes_", "class_weight_", "fit_status_", "n_features_in_", "shape_fit_"):
            setattr(self, name, getattr(solver, name))
        # LibSVM, which serves `predict`, takes nothing but these types.
        for name in ("support_vectors_", "_dual_coef_", "dual_coef_", "_intercept_", "intercept_"):
            setattr(self, name, np.ascontiguousarray(getattr(solver, name), np.float64))
        self.support_ = solver.support_.astype(np.int32)
        self._n_support = solver.n_support_.astype(np.int32)
        self._gamma, self._sparse, self._effective_probability = self.gamma, False, False
        self._probA = self._probB = np.empty(0)
        return self

    def decision_function(self, rows: np.ndarray) -> np.ndarray:
        """(n, classes): a class's wins over the others, and less than a half for its margins.

        With two classes one value (n,): greater than 0 for the second.
        """
        weights, pairs = self._pairwise_weights()
        vectors, weights = (each.astype(rows.dtype) for each in (self.support_vectors_, weights))
        margins = np.concatenate(
            [
                rbf_kernel(rows[start : start + BATCH], vectors, self.gamma) @ weights
                for start in range(0, len(rows), BATCH)
            ]
        )
        margins += self.intercept_
        if len(pairs) == 1:
            return margins[:, 0]
        firsts, seconds = pairs.clip(min=0), (-pairs).clip(min=0)
        wins = (margins >= 0) @ firsts + (margins < 0) @ seconds
        sums = margins @ pairs
        return wins + sums / (3 * (np.abs(sums) + 1))

    def _pairwise_weights(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights (support vectors, pairs), and (pairs, classes): 1 the first, -1 the second.

        `dual_coef_` packs them: a vector of class i has its weight against class j in row j, or in
        row j - 1 when j comes after i.
        """
        couples = list(combinations(range(len(self.classes_)), 2))
        weights = np.zeros((len(self.support_vectors_), len(couples)))
        pairs = np.zeros((len(couples), len(self.classes_)))
        ends = np.cumsum(self._n_support)
        for pair, (first, second) in enumerate(couples):
            for one, row in ((first, second - 1), (second, first)):
                own = slice(ends[one] - self._n_support[one], ends[one])
                weights[own, pair] = self.dual_coef_[row, own]
            pairs[pair, [first, second]] = 1, -1
        return weights, pairs
