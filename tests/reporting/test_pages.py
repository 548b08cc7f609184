import pytest
from jinja2 import UndefinedError

from stages.reporting.pages import p_value, percent, points, render, round4, short, signed


def test_a_number_that_is_missing_is_an_error_not_a_gap():
    with pytest.raises(UndefinedError):
        render("report.md", table=[{"family": "a"}])


def test_numbers_as_they_are_read():
    assert [percent(0.9967), percent(0.9967, 1)] == ["99.67 %", "99.7 %"]
    assert [round4(value) for value in (0.123456, 12.0, None, float("nan"))] == [
        "0.1235",
        "12",
        "\u2013",
        "\u2013",
    ]
    assert [p_value(p) for p in (0.0, 0.00005, 0.0123, 1.0)] == [
        "< 0.0001",
        "< 0.0001",
        "= 0.012",
        "= 1",
    ]


def test_changes_have_a_sign():
    assert [short(value) for value in (0.12345678, 10000, "knn")] == ["0.123457", "10000", "knn"]
    assert [signed(change) for change in (0.5, -0.25, None)] == ["+0.5", "-0.25", "\u2013"]
    assert signed(-0.012345, 2) == "-0.012"
    assert points(-0.0109) == "-1.09"
