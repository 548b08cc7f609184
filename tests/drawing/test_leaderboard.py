from xml.etree import ElementTree

import pandas as pd
import pytest

from stages.drawing.leaderboard import intervals, learning_curve, members_curve
from stages.drawing.style import INK, standalone

TINY = {"name": "tiny", "test": 1000, "validation": 500}
TABLE = pd.DataFrame(
    {
        "family": ["big", "small"],
        "test_accuracy": [0.95, 0.9],
        "test_accuracy_low": [0.94, 0.88],
        "test_accuracy_high": [0.96, 0.92],
    }
)
CURVE = pd.DataFrame(
    {
        "epoch": [1, 1, 2, 2],
        "split": ["train", "validation"] * 2,
        "loss": [0.5, 0.6, 0.4, 0.5],
        "accuracy": [0.8, 0.7, None, 0.75],
    }
)


MEMBERS = pd.DataFrame(
    {
        "members": [1, 1, 2, 2],
        "added": ["cnn", "cnn", "svm", "svm"],
        "split": ["validation", "test"] * 2,
        "accuracy": [0.8, 0.81, 0.9, 0.9],
        "accuracy_low": [0.7, 0.7, 0.8, 0.8],
        "accuracy_high": [0.9, 0.9, 0.95, 0.95],
    }
)


@pytest.fixture(params=["intervals", "curve", "members"])
def draw(request):
    return {
        "intervals": lambda: intervals(TABLE, TINY),
        "curve": lambda: learning_curve("lenet5", CURVE),
        "members": lambda: members_curve(MEMBERS, TINY),
    }[request.param]


def words(svg):
    return " ".join(ElementTree.fromstring(svg).itertext())


def test_the_same_numbers_give_the_same_bytes(draw):
    assert draw() == draw()


def test_text_takes_the_colour_of_the_page(draw):
    svg = draw()
    assert INK not in svg
    assert "currentColor" in svg
    assert "<dc:date>" not in svg


def test_figures_say_what_they_show():
    found = words(intervals(TABLE, TINY))
    assert all(
        text in found for text in ("big", "small", "1,000 test images of tiny", "95 % interval")
    )
    found = words(learning_curve("lenet5", CURVE))
    for text in ("lenet5: accuracy", "lenet5: loss", "Epoch", "nats", "train", "validation"):
        assert text in found
    found = words(members_curve(MEMBERS, TINY))
    for text in ("ensemble", "+ svm", "tiny", "test (1,000 images)", "validation (500 images)"):
        assert text in found


def test_a_file_of_its_own_is_dark_on_white(draw):
    svg = standalone(draw())
    assert "currentColor" not in svg
    assert ElementTree.fromstring(svg).get("style") == "background: white"
