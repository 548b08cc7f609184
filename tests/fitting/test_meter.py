import subprocess
import sys
import time

import numpy as np
import pytest

from stages.fitting.meter import Meter, answer_costs, milliseconds_alone

IMAGES = np.zeros((5, 28, 28), np.uint8)


def slow(images):
    time.sleep(0.01 * len(images))
    return np.ones((len(images), 2))


def own_block():
    block = np.ones(25_000_000)  # 200 MB
    time.sleep(0.3)
    del block


def childs_block():
    code = "import time; block = b'x' * 200_000_000; time.sleep(1)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_seconds_are_those_of_the_block():
    with Meter() as meter:
        time.sleep(0.3)
    assert 0.3 <= meter.seconds < 0.6


@pytest.mark.parametrize(("work", "most"), [(own_block, 400), (childs_block, float("inf"))])
def test_peak_memory_sees_what_was_freed_again_and_what_children_hold(work, most):
    with Meter() as before:
        pass
    with Meter() as meter:
        work()
    assert 180 < meter.peak_memory_mb - before.peak_memory_mb < most


def test_one_digit_alone():
    asked = []

    def score(images):
        asked.append(len(images))
        return slow(images)

    assert milliseconds_alone(score, IMAGES) >= 10
    assert set(asked) == {1}
    assert len(asked) > 20


def test_an_answers_costs_count_every_file_and_have_four_significant_digits(tmp_path):
    (tmp_path / "inner").mkdir()
    for file, size in (("model", 100_000), ("inner/more", 23_456)):
        (tmp_path / file).write_bytes(b"x" * size)
    told = answer_costs(slow, IMAGES, tmp_path)
    assert told["size_mb"] == 0.1235
    assert told["milliseconds_per_digit"] >= 10
    assert 0 < told["digits_per_second"] <= 100
    assert all(value == float(f"{value:.4g}") for value in told.values())
