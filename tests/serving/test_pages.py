import csv

import numpy as np
import pytest
from PIL import Image

from stages.reading.idx import write_idx
from stages.serving.pages import free_spot
from tests.reading.test_page import page_of


@pytest.fixture
def ask(project, digits_command):
    return lambda *arguments: digits_command("predict", "--many", *arguments)


@pytest.fixture
def page(tmp_path, digits):
    greys, boxes = page_of(digits.images[500:515])
    Image.fromarray(greys).save(tmp_path / "page.png")
    return tmp_path / "page.png", greys, boxes


def test_a_page_is_answered_in_reading_order_and_drawn(ask, project, page, digits):
    path, greys, boxes = page
    status, out, err = ask(path)
    lines = list(csv.DictReader(out.splitlines()))
    drawn = "data/pages/page.png.png"
    assert (status, err) == (0, f"{path}: 15 digits; see {drawn}\n")
    assert [line["source"] for line in lines] == [f"{path}:{number}" for number in range(15)]
    expected = [f"digit {label}" for label in digits.labels[500:515]]
    assert np.mean([line["label"] for line in lines] == np.array(expected)) >= 0.7
    colours = np.asarray(Image.open(project / drawn)).astype(int)
    assert colours.shape == (*greys.shape, 3)
    coloured = np.ptp(colours, axis=2) > 60
    for top, left, bottom, right in boxes:
        sides = (
            coloured[top:bottom, left - 9 : left + 9],
            coloured[top:bottom, right - 9 : right + 9],
        )
        assert all(side.any(axis=1).all() for side in sides)
        assert coloured[top - 30 : top - 9, left : left + 30].any()  # the answer stands above


def test_an_answer_covers_no_digit_where_there_is_room(ask, project, tmp_path, digits):
    greys, boxes = page_of(digits.images[500:515])
    greys, boxes = greys[boxes[:5, 0].min() - 5 :], boxes - [boxes[:5, 0].min() - 5, 0] * 2
    Image.fromarray(greys).save(tmp_path / "page.png")
    ask(tmp_path / "page.png")
    colours = np.asarray(Image.open(project / "data/pages/page.png.png")).astype(int)
    for top, left, bottom, right in boxes:
        inside = colours[top + 9 : bottom - 9, left + 9 : right - 9]
        assert (np.ptp(inside, axis=2) < 60).all()


@pytest.mark.parametrize(
    ("box", "others", "spot"),
    [
        ((50, 50, 70, 60), [], (36, 50, 46, 80)),  # above
        ((5, 50, 25, 60), [], (5, 64, 15, 94)),  # right, as there is no room above
        ((50, 50, 70, 60), [(30, 70, 40, 90)], (50, 64, 60, 94)),
        ((5, 50, 25, 90), [], (29, 50, 39, 80)),  # below
        ((5, 50, 95, 60), [(0, 70, 10, 80)], (5, 16, 15, 46)),  # left
        ((50, 95, 70, 99), [], (36, 70, 46, 100)),  # above, but not beyond the sheet
    ],
)
def test_an_answer_stands_beside_its_digit_and_in_no_other(box, others, spot):
    assert free_spot(box, (10, 30), (100, 100), [box, *others]) == spot


def test_a_blank_page_is_told_and_not_drawn(ask, project, tmp_path):
    Image.new("L", (300, 200), 220).save(tmp_path / "blank.png")
    status, out, err = ask(tmp_path / "blank.png")
    assert (status, err) == (0, f"warning: {tmp_path}/blank.png: blank, no digit to be seen\n")
    assert out.splitlines()[1:] == [f"{tmp_path}/blank.png,,,,,blank"]
    assert not (project / "data/pages").exists()


def test_rows_and_pages_of_one_name_are_refused(ask, tmp_path, page, digits):
    write_idx(tmp_path / "rows", digits.images[:3])
    (tmp_path / "b").mkdir()
    Image.fromarray(page[1]).save(tmp_path / "b/page.png")
    for sources, message in (
        ([page[0], tmp_path / "rows"], f"{tmp_path}/rows is a file of rows, expected pictures"),
        ([tmp_path], "2 sources would be written as data/pages/page.png.png; rename them"),
    ):
        status, out, _ = ask(*sources)
        assert status.startswith(f"error: --many: {message}")
        assert out == ""
