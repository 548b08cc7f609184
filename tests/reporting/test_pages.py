import html
import random
import re

import pytest
from jinja2 import UndefinedError
from markdown_it import MarkdownIt

from stages.reporting.pages import FILTERS, in_markdown, p_value, percent, render

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ODD = [
    "<img src=x onerror=alert(1)>",
    "a|b",
    r"a\|b\\",
    "[y](javascript:alert(1))",
    "![y](http://x/y.png)",
    "**a** _b_ __c__ ~~d~~ `e` ``",
    "<http://x> <!-- c --> &lt;b&gt; &#60;",
    "# a",
    "- a",
    "> a",
]
MARKS = "<>|[]()!*_`~&#;\\-=+ \n\u2028ab1:/"


def test_a_number_that_is_missing_is_an_error_not_a_gap():
    with pytest.raises(UndefinedError):
        render("report.md", table=[{"family": "a"}])


def test_numbers_as_they_are_read():
    found = [percent(0.9967), percent(0.9967, 1), percent(float("nan"))]
    assert found == ["99.67 %", "99.7 %", "\u2013"]
    shown = list(map(FILTERS["round4"], (0.123456, 12.0, None, float("nan"))))
    assert shown == ["0.1235", "12", "\u2013", "\u2013"]
    assert list(map(FILTERS["decimals"], (0.5, None))) == ["0.5000", "\u2013"]
    shown = [p_value(p) for p in (0.0, 0.00005, 0.0123, 1.0)]
    assert shown == ["< 0.0001", "< 0.0001", "= 0.012", "= 1"]


@pytest.mark.parametrize(
    "value", [*ODD, *("".join(random.Random(seed).choices(MARKS, k=30)) for seed in range(40))]
)
def test_a_value_is_shown_as_it_is_and_is_no_markdown(value):
    """As a reader of Markdown sees it: in a cell between two others, and as an item of a list."""
    text = in_markdown(value)
    shown = READER.render(f"| a | b | c |\n|---|---|---|\n| 1 | {text} | 2 |\n")
    one_line = " ".join(value.splitlines())
    cells = re.findall(r"<td>(.*?)</td>", shown)
    assert list(map(html.unescape, cells)) == ["1", one_line.strip(), "2"]
    shown = READER.render(f"- x {text}\n")
    assert html.unescape(shown) == f"<ul>\n<li>x {one_line.rstrip()}</li>\n</ul>\n"


@pytest.mark.parametrize("value", ODD)
def test_nor_is_it_where_it_begins_a_line(value):
    shown = READER.render(f"- {in_markdown(value)}\n")
    assert html.unescape(shown) == f"<ul>\n<li>{value}</li>\n</ul>\n"


@pytest.mark.parametrize(
    "value", ["keras_cnn", "< 0.0001", ">= 0.996", "-13.93", "R & D", "99 %", "(a)"]
)
def test_what_means_nothing_in_markdown_is_left_as_it_is(value):
    assert in_markdown(value) == value
