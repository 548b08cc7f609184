import json

import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold, cross_val_score

from stages.core.errors import UserError
from stages.core.paths import TRAIN
from stages.core.rows import Dataset, save_rows
from stages.experiments.cross_validate import fold_accuracies, main
from stages.experiments.schema import PLANS
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


def test_too_few_rows_for_the_folds_are_one_line(digits, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_rows(TRAIN, digits.take(np.arange(30)), Dataset("tiny", list("0123456789")))
    PLANS.mkdir(parents=True)
    plan = {"rows": None, "folds": 5, "seed": 0, "fits": []}
    (PLANS / "cross_validation.json").write_text(json.dumps(plan))
    with pytest.raises(UserError, match="5 folds of 30 rows, of which one class has 3; expected"):
        main()
