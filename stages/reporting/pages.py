"""Templates filled in: templates/ beside this file holds what the reader sees."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"
MARKDOWN, PAGE = Path("metrics/report.md"), Path("plots/report.html")
STATISTICS = "../docs/statistics.md"  # as both pages lead to it
MARKS = re.compile(  # less those that mean nothing where they stand: 4 < 5, >= 0.9, keras_cnn, -1
    r"[\\`*~|[\]]|<(?=[\w/!?])|&(?=#?\w+;)|^>(?!= \d)|^[#+-](?![\w.])"
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
)


def percent(share: float, digits: int = 2) -> str:
    """0.9967 as 99.67 %, with so many decimals; a dash for what is not known."""
    return f"{100 * share:.{digits}f} %" if share == share else "\u2013"


def p_value(p: float) -> str:
    """Two significant digits, as it follows the letter p."""
    return "< 0.0001" if p < 1e-4 else f"= {p:.2g}"


def listed(names: list[str]) -> str:
    """a, b and c."""
    return " and ".join(", ".join(names).rsplit(", ", 1))


def known(form: str) -> Callable[[float | None], str]:
    """Writes numbers in this form; a dash for what is not known."""
    return lambda value: "\u2013" if pd.isna(value) else format(value, form)


FILTERS = {"percent": percent, "p_value": p_value, "decimals": known(".4f"), "round4": known(".4g")}


def render(template: str, **content: Any) -> str:
    """The template filled in; a name that it lacks is an error. What is filled in is escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=template.endswith(".html"),
        finalize=in_markdown if template.endswith(".md") else None,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= FILTERS
    return environment.get_template(template).render(**content)


def in_markdown(value: Any) -> str:
    """A value as text on one line, of which nothing is Markdown, HTML or the end of a cell.

    Its marks become character references, which are never structure, whoever reads the page.
    """
    if isinstance(value, Markup):  # `| safe`
        return value
    return MARKS.sub(lambda mark: f"&#{ord(mark[0])};", " ".join(str(value).splitlines()))
