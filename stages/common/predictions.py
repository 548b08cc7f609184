"""The scores that the stages kept, on disk."""

import numpy as np

from stages.common.paths import JOINED, PREDICTIONS


def read_test_scores(families: list[str]) -> dict[str, np.ndarray]:
    """Scores, float32 (n, classes), on the test rows by family, the ensemble's last."""
    scores = {name: np.load(PREDICTIONS / name / "test.npy") for name in families}
    return scores | {"ensemble": np.load(JOINED / "test.npy")}
