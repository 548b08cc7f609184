"""Templates filled in: templates/ beside this file holds what the reader sees."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"
MARKDOWN, PAGE = Path("metrics/report.md"), Path("plots/report.html")


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
    environment.filters |= {"decimals": decimals, "capital": capital}
    environment.filters |= {"percent": percent, "round4": round4, "p_value": p_value}
    environment.filters |= {"short": short, "signed": signed, "points": points}
    return environment.get_template(template).render(**content)


def in_markdown(value: Any) -> str:
    """A value as plain text, which begins no HTML and ends no cell of a table."""
    if isinstance(value, Markup):  # `| safe`
        return value
    return re.sub(r"<(?=[\w/!?])", "&lt;", str(value)).replace("|", "&#124;")


def percent(share: float, digits: int = 2) -> str:
    """0.9967 as 99.67 %, with so many decimals."""
    return f"{100 * share:.{digits}f} %"


def round4(value: float | None) -> str:
    """Four significant digits; a dash for what is not known."""
    return "\u2013" if pd.isna(value) else f"{value:.4g}"


def decimals(value: float | None) -> str:
    """Four decimals; a dash for what is not known."""
    return "\u2013" if pd.isna(value) else f"{value:.4f}"


def capital(text: str) -> str:
    """With a capital first letter; the others stay as they are."""
    return text[:1].upper() + text[1:]


def p_value(p: float) -> str:
    """Two significant digits, as it follows the letter p."""
    return "< 0.0001" if p < 1e-4 else f"= {p:.2g}"


def short(value: float | str) -> str:
    """Six significant digits; a text as it is."""
    return value if isinstance(value, str) else f"{value:.6g}"


def signed(change: float | None, digits: int = 6) -> str:
    """So many significant digits with their sign; a dash for what is not known."""
    return "\u2013" if change is None else f"{change:+.{digits}g}"


def points(change: float) -> str:
    """A change of a share in percentage points: -0.0109 as -1.09."""
    return f"{100 * change:+.2f}"
