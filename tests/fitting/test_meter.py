import subprocess
import sys
import time

import numpy as np

from stages.fitting.meter import Meter


def test_seconds_are_those_of_the_block():
    with Meter() as meter:
        time.sleep(0.3)
    assert 0.3 <= meter.seconds < 0.6


def test_peak_memory_sees_what_was_freed_again():
    with Meter() as before:
        pass
    with Meter() as meter:
        block = np.ones(25_000_000)  # 200 MB
        time.sleep(0.3)
        del block
    assert 180 < meter.peak_memory_mb - before.peak_memory_mb < 400


def test_peak_memory_counts_children():
    code = "import time; block = b'x' * 200_000_000; time.sleep(1)"
    with Meter() as before:
        pass
    with Meter() as meter:
        subprocess.run([sys.executable, "-c", code], check=True)
    assert meter.peak_memory_mb - before.peak_memory_mb > 180
