from xml.etree import ElementTree

import pandas as pd
import pytest

from stages.common.figures import INK, intervals, learning_curve

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
            intervals(TABLE, 1000)
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
    found = words(intervals(TABLE, 1000))
    assert all(text in found for text in ("big", "small", "1,000 test digits", "95 % Wilson"))
    found = words(learning_curve("lenet5", CURVE))
    for text in ("lenet5: accuracy", "lenet5: loss", "Epoch", "nats", "train", "validation"):
        assert text in found
