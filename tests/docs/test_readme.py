"""README.md and docs/ state only what was measured, and name only what is there."""

import re
import shlex
from itertools import combinations
from pathlib import Path

import click
import pandas as pd
import pytest
from scipy.stats import ttest_ind
from statsmodels.stats.multitest import multipletests

from stages.__main__ import commands
from stages.reading.published import MIRRORS, variable
from stages.reporting.readme import FILES, TABLES, updated

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
README = PAGES[0].read_text()
EACH = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def without_tables(text):
    return re.sub(r"<!-- (\w+) -->.*?<!-- /\1 -->", "", text, flags=re.DOTALL)


def test_the_readme_is_short():
    assert len(without_tables(README).splitlines()) <= 120


@pytest.mark.parametrize("file", FILES, ids=str)
def test_tables_are_as_the_command_writes_them(file):
    text = (ROOT / file).read_text()
    assert updated(text) == text, "run: python -m stages readme"


def test_every_table_has_its_place():
    everything = "".join((ROOT / file).read_text() for file in FILES)
    for name in TABLES:
        assert everything.count(f"<!-- {name} -->") == 1


def test_the_leaderboard_is_the_committed_one():
    table = pd.read_csv(ROOT / "metrics/leaderboard.csv")
    shown = README.split("<!-- leaderboard -->")[1].split("<!-- /leaderboard -->")[0]
    lines = [line.strip("|").split("|") for line in shown.splitlines() if line.startswith("|")]
    rows = {line[1].strip(): [cell.strip() for cell in line] for line in lines[2:]}
    assert list(rows) == table["family"].tolist()
    for _, row in table.iterrows():
        cells = rows[row["family"]]
        assert cells[0] == str(row["rank"])
        assert f"{100 * row['validation_accuracy']:.2f} %" in cells
        assert f"{100 * row['test_accuracy']:.2f} %" in cells
        low, high = 100 * row["test_accuracy_low"], 100 * row["test_accuracy_high"]
        assert f"{low:.2f} % to {high:.2f} %" in cells


def test_the_benchmarks_are_the_committed_ones():
    page = (ROOT / "docs/benchmarks.md").read_text()
    table = pd.read_csv(ROOT / "metrics/bench.csv", dtype=str, keep_default_na=False)
    for _, line in table.iterrows():
        cells = (line[key] for key in ("item", "what", "measured", "goal", "met"))
        assert f"| {' | '.join(cells)} |" in page.split(f"Measured on {line['machine']}:")[1]


def test_what_is_said_of_the_luck_of_the_seed_follows_from_the_sweep():
    table = pd.read_csv(ROOT / "metrics/sweeps/seeds.csv")
    fits = {name: rows["accuracy"] for name, rows in table.groupby("family", sort=False)}
    page = (ROOT / "docs/results-of-sweeps.md").read_text()
    told = " ".join(page.split("`seeds` tells")[1].split("![")[0].split())
    for name, found in fits.items():
        ends = f"{100 * found.min():.2f} % to {100 * found.max():.2f} %"
        assert re.search(rf"{name} (reaches )?{ends}", told), name
    pairs = list(combinations(fits.values(), 2))
    p = [ttest_ind(*pair, equal_var=False).pvalue for pair in pairs]
    for value in multipletests(p, method="holm")[1]:
        assert f"(p = {value:.2g})" in told
    first = table.groupby("family").first()["accuracy"]
    best = table.groupby("family")["accuracy"].max()
    assert set(first[first == best].index) == {"torch_cnn", "keras_deep_cnn"}


def anchors(page):
    """The anchors that GitHub gives a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@EACH
def test_links_and_named_files_exist(page):
    text = page.read_text()
    for path, anchor in re.findall(r"\]\((?!http)([^)#]*)#?([^)]*)\)", text):
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"
    if page.parent.name == "recipes":  # these name what is to be made
        return
    named = r"`((?:stages|metrics)/[a-z0-9_./]+|\.[\w/-]+\.yml|\w+\.yaml|dvc\.lock)`"
    for path in re.findall(named, text):
        assert (ROOT / path).exists(), path


def test_every_page_is_linked():
    linked = set()
    for page in PAGES:
        links = re.findall(r"\]\((?!http)([^)#]+)", page.read_text())
        linked |= {(page.parent / link).resolve() for link in links}
    assert set(PAGES[1:]) <= linked


@EACH
def test_commands_and_make_targets_exist(page):
    text = page.read_text()
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for target in re.findall(r"(?:`|\$ |: )make ([a-z-]+)", text):
        assert target in targets, target
    for name, rest in re.findall(r"python -m stages ([a-z-]+)([^`\n|#]*)", text):
        assert name in commands.commands, name
        try:  # parsed, not run
            commands.commands[name].make_context(name, shlex.split(rest))
        except click.UsageError as error:
            pytest.fail(f"{name}{rest}: {error.format_message()}")


def test_documented_environment_variables_are_read():
    rows = re.findall(r"^\| (`[A-Z_]+`.*?) \|", README, re.MULTILINE)
    names = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    mirrors = {variable(name) for name in MIRRORS}
    assert mirrors <= names
    code = "".join(path.read_text() for path in (ROOT / "stages").rglob("*.py"))
    for name in names - mirrors:
        assert f'"{name}"' in code, name
