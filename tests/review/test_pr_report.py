"""The page; those of a real branch are in tests/pipeline."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from scipy.stats import fisher_exact

from stages.core.errors import UserError
from stages.review.pr_report import pr_report
from tests.review.conftest import FAMILY, metrics

ODD = "a|b <img src=x> [y](javascript:z)"


def page(base="main"):
    pr_report(base, Path("pr.md"), remote=False)
    return Path("pr.md").read_text()


def cells(text):
    """The rows of all tables, as a browser would show them."""
    html = MarkdownIt("commonmark").enable("table").render(text)
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]


def test_nothing_changed_is_said_in_few_words(measured, capsys):
    text = page()
    assert capsys.readouterr().out == "Written: pr.md\n"
    assert "**0 worse, 0 better, 0 with no significant difference, 3 unchanged.**" in text
    assert "The gate passes." in text
    assert "Unchanged: ensemble, a, b." in text
    assert "No metric that both" in text
    assert "The same." in text
    assert "<details>" not in text


def test_changes_stand_in_the_order_of_the_leaderboard(measured, write):
    write("metrics/a.json", metrics(0.5, 0.9))
    write("metrics/b.json", metrics(0.5, 0.95))
    write("plots/report/costs.csv", "family,seconds\na,1.5\nb,3\n")
    rows = cells(page())
    verdict = ["no significant difference", "75.00 %", "50.00 %", "-25.00"]
    assert [row[:5] for row in rows[1:3]] == [["b", *verdict], ["a", *verdict]]
    assert [row[:5] for row in rows if row[1:2] == ["test.accuracy"]] == [
        ["b", "test.accuracy", "0.75", "0.5", "-0.25"],
        ["a", "test.accuracy", "0.75", "0.5", "-0.25"],
    ]
    assert ["b", "2", "3"] in rows
    assert not [row for row in rows if row[:2] == ["a", "1.5"]]


def test_names_from_the_data_are_text_and_end_no_cell(measured, write):
    write("params.yaml", {"families": {"a": FAMILY, ODD: FAMILY}})
    write("metrics/dataset.json", {"name": ODD, "validation": 300, "test": 4})
    text = page()
    shown = ODD.replace("<", "&lt;").replace(">", "&gt;")
    assert ["name", "digits", shown] in cells(text)
    assert not re.search("<(img|a) ", MarkdownIt("commonmark").render(text))


def test_the_least_loss_that_could_have_been_called_worse_is_shown(measured, write, commit):
    write("metrics/dataset.json", {"name": "digits", "validation": 300, "test": 359})
    write("metrics/a.json", metrics(round(350 / 359, 6), 0.9))
    commit("before")
    write("metrics/a.json", metrics(round(349 / 359, 6), 0.9))
    lost = next(n for n in range(1, 99) if fisher_exact([[350, 9], [350 - n, 9 + n]])[1] < 0.05)
    (row,) = (row for row in cells(page("HEAD")) if row[1:2] == ["no significant difference"])
    assert row[7:] == ["Fisher", f"-{100 * lost / 359:.2f}"]


def test_what_else_differs_is_told(measured, write, commit):
    fit = {"environment": {"processor": "A", "threads": "2"}}
    write(".gitignore", "")
    write("data/fits/a.json", fit)
    write("requirements.lock", "numpy==1.0\nodd==1.0\n")
    commit("before")
    assert "other machines" not in (text := page("HEAD"))
    assert "## Packages" not in text
    fit["environment"] = {"processor": "B|C", "threads": "4"}
    write("data/fits/a.json", fit)
    write("requirements.lock", "numpy==2.0\nodd==1.0\nnew==3.0\n")
    text = page("HEAD")
    assert "\n- a: processor A, threads 2; now processor B&#124;C, threads 4\n" in text
    rows = cells(text.split("## Packages")[1].split("## Data")[0])
    assert rows[1:] == [["new", "\u2013", "3.0"], ["numpy", "1.0", "2.0"]]


def test_test_rows_among_the_training_rows_are_told(measured, write):
    write("plots/explore/numbers.json", {"shared": {"train_test": 2}, "near": {}})
    assert "\n**Note**: 2 test rows occur among the training rows: " in page()


def test_families_that_only_one_side_has_are_listed(measured, families, write):
    families("a", "new", "unmeasured")
    write("metrics/new.json", metrics(0.5, 0.5))
    text = page()
    assert "Added: new (50.00 %), unmeasured (not measured)." in text
    assert "Removed: b, c; `python -m stages tidy` clears" in text


def test_a_base_without_metrics_gets_no_verdict(measured, commit):
    Path("metrics").rename("kept")
    commit("none")
    Path("kept").rename("metrics")
    assert "**No verdict**: the base has no metrics in metrics/." in page("HEAD")


def test_an_unknown_base_is_one_line_and_writes_nothing(measured):
    with pytest.raises(UserError, match="^--base: git knows no revision 'nonesuch'; fetch it"):
        page("nonesuch")
    assert not list(measured.glob("pr*.md"))
