import pytest
from jinja2 import UndefinedError

from stages.reporting.pages import FILTERS, p_value, percent, render


def test_a_number_that_is_missing_is_an_error_not_a_gap():
    with pytest.raises(UndefinedError):
        render("report.md", table=[{"family": "a"}])


def test_numbers_as_they_are_read():
    assert [percent(0.9967), percent(0.9967, 1)] == ["99.67 %", "99.7 %"]
    shown = list(map(FILTERS["round4"], (0.123456, 12.0, None, float("nan"))))
    assert shown == ["0.1235", "12", "\u2013", "\u2013"]
    assert list(map(FILTERS["decimals"], (0.5, None))) == ["0.5000", "\u2013"]
    shown = [p_value(p) for p in (0.0, 0.00005, 0.0123, 1.0)]
    assert shown == ["< 0.0001", "< 0.0001", "= 0.012", "= 1"]
