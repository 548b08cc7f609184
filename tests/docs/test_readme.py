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


def test_the_readme_is_short():
    without_tables = re.sub(r"<!-- (\w+) -->.*?<!-- /\1 -->", "", README, flags=re.DOTALL)
    assert len(without_tables.splitlines()) <= 120


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
    shares = 100 * table.filter(like="_accuracy")
    shown = README.split("<!-- leaderboard -->")[1].split("<!-- /leaderboard -->")[0]
    lines = [line.split(" | ") for line in shown.splitlines() if re.match(r"\| \d", line)]
    for line, row, share in zip(lines, table.itertuples(), shares.itertuples(), strict=True):
        assert line[:2] == [f"| {row.rank}", row.family]
        interval = f"{share.test_accuracy_low:.2f} % to {share.test_accuracy_high:.2f} %"
        told = [f"{share.validation_accuracy:.2f} %", f"{share.test_accuracy:.2f} %", interval]
        assert line[3:6] == told


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


def links(page):
    """The files that a page leads to, and where in them."""
    found = re.findall(r"\]\((?!http)([^)#]*)#?([^)]*)\)", page.read_text())
    return [((page.parent / path).resolve() if path else page, anchor) for path, anchor in found]


def anchors(page):
    """The anchors that GitHub gives a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@EACH
def test_links_and_named_files_exist(page):
    for target, anchor in links(page):
        assert target.exists(), target
        assert not anchor or anchor in anchors(target), f"{target}#{anchor}"
    if page.parent.name == "recipes":  # these name what is to be made
        return
    named = r"`((?:stages|metrics)/[a-z0-9_./]+|\.[\w/-]+\.yml|\w+\.yaml|dvc\.lock)`"
    for path in re.findall(named, page.read_text()):
        assert (ROOT / path).exists(), path


def test_every_page_is_linked():
    linked = {target for page in PAGES for target, _ in links(page) if target != page}
    assert set(PAGES[1:]) <= linked


@EACH
def test_commands_and_make_targets_exist(page):
    text = page.read_text()
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"(?:`|\$ |: )make ([a-z-]+)", text)) <= set(targets)
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
