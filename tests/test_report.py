import pytest
from jinja2 import UndefinedError

from stages.report import render


def test_a_number_that_is_missing_is_an_error_not_a_gap():
    with pytest.raises(UndefinedError):
        render("report.md", table=[{"family": "a"}])
