import time

import numpy as np
import pytest

from stages.measuring.speed import milliseconds_alone, size_mb, timed

IMAGES = np.zeros((5, 28, 28), np.uint8)


def slow(images):
    time.sleep(0.01 * len(images))
    return np.ones((len(images), 2))


def test_all_at_once():
    scores, seconds = timed(slow, IMAGES)
    assert scores.shape == (5, 2)
    assert 0.05 <= seconds < 0.5


def test_one_digit_alone():
    asked = []

    def score(images):
        asked.append(len(images))
        return slow(images)

    assert 10 <= milliseconds_alone(score, IMAGES) < 100
    assert set(asked) == {1}
    assert len(asked) > 20


def test_the_size_counts_every_file(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "a").write_bytes(b"x" * 1_500_000)
    (tmp_path / "inner/b").write_bytes(b"x" * 500_000)
    assert size_mb(tmp_path) == pytest.approx(2)
