import numpy as np
import pytest

from stages.reading.pieces import in_reading_order, pieces


def inked(*boxes):
    core = np.zeros((100, 200), bool)
    for top, left, bottom, right in boxes:
        core[top:bottom, left:right] = True
    return core


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        ([], []),
        ([(10, 10, 70, 40)], [(10, 10, 70, 40)]),
        ([(10, 10, 70, 40), (10, 60, 70, 90)], [(10, 10, 70, 40), (10, 60, 70, 90)]),
        ([(20, 10, 70, 40), (10, 15, 15, 60)], [(10, 10, 70, 60)]),  # a 5 and its bar
        (
            [(10, 10, 40, 40), (45, 12, 75, 40), (10, 90, 75, 120)],
            [(10, 10, 75, 40), (10, 90, 75, 120)],
        ),
        ([(10, 10, 70, 40), (80, 150, 84, 154)], [(10, 10, 70, 40)]),  # a speck is of no digit
        ([(0, 10, 45, 40), (50, 12, 95, 40)], [(0, 10, 45, 40), (50, 12, 95, 40)]),  # two lines
    ],
)
def test_connected_ink_to_digits(drawn, expected):
    owner, boxes = pieces(inked(*drawn))
    assert sorted(boxes) == sorted(expected)
    for number, (top, left, bottom, right) in enumerate(boxes):
        rows, columns = np.nonzero(owner == number)
        assert (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1) == (
            top,
            left,
            bottom,
            right,
        )


def test_lines_are_read_from_the_top_and_from_the_left_though_they_slope():
    boxes = [
        (10 + 60 * line + 4 * place, 30 * place, 50 + 60 * line + 4 * place, 30 * place + 20)
        for line in range(2)
        for place in range(6)
    ]
    mixed = np.random.default_rng(0).permutation(12)
    assert [mixed[n] for n in in_reading_order([boxes[n] for n in mixed])] == list(range(12))
