from xml.etree import ElementTree

import pandas as pd
import pytest

from stages.common.figures import INK, intervals, learning_curve, standalone

TINY = {"name": "tiny", "test": 1000}
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


@pytest.fixture(params=["intervals", "curve"])
def draw(request):
    def draw():
        return (
            intervals(TABLE, TINY)
            if request.param == "intervals"
            else learning_curve("lenet5", CURVE)
        )

    return draw


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
        text in found for text in ("big", "small", "1,000 test digits of tiny", "95 % interval")
    )
    found = words(learning_curve("lenet5", CURVE))
    for text in ("lenet5: accuracy", "lenet5: loss", "Epoch", "nats", "train", "validation"):
        assert text in found


def test_a_file_of_its_own_is_dark_on_white(draw):
    svg = standalone(draw())
    assert "currentColor" not in svg
    assert ElementTree.fromstring(svg).get("style") == "background: white"
