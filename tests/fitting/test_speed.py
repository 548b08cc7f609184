import time

import numpy as np
import pytest

from stages.fitting.speed import answer_costs, milliseconds_alone, size_mb, timed

IMAGES = np.zeros((5, 28, 28), np.uint8)


def slow(images):
    time.sleep(0.01 * len(images))
    return np.ones((len(images), 2))


def test_all_at_once():
    scores, seconds = timed(slow, IMAGES)
    assert scores.shape == (5, 2)
    assert seconds >= 0.05


def test_one_digit_alone():
    asked = []

    def score(images):
        asked.append(len(images))
        return slow(images)

    assert milliseconds_alone(score, IMAGES) >= 10
    assert set(asked) == {1}
    assert len(asked) > 20


def test_the_size_counts_every_file(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "a").write_bytes(b"x" * 1_500_000)
    (tmp_path / "inner/b").write_bytes(b"x" * 500_000)
    assert size_mb(tmp_path) == pytest.approx(2)


def test_an_answers_costs_have_four_significant_digits(tmp_path):
    (tmp_path / "model").write_bytes(b"x" * 123_456)
    told = answer_costs(slow, IMAGES, tmp_path)
    assert told["size_mb"] == 0.1235
    assert told["milliseconds_per_digit"] >= 10
    assert 0 < told["digits_per_second"] <= 100
    assert all(value == float(f"{value:.4g}") for value in told.values())
