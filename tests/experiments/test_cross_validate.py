import numpy as np
from sklearn.model_selection import StratifiedKFold, cross_val_score

from stages.experiments.cross_validate import fold_accuracies
from stages.fitting.family import open_family


def test_folds_agree_with_scikit_learns(digits):
    family = open_family("logistic", classes=10)
    rows = digits.take(np.arange(300))
    found = fold_accuracies(family, rows, folds=3, seed=1)
    pixels = rows.images.reshape(300, -1) / np.float32(255)
    folds = StratifiedKFold(3, shuffle=True, random_state=1)
    np.testing.assert_allclose(
        found, cross_val_score(family.build(), pixels, rows.labels, cv=folds)
    )
