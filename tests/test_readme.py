"""The README states only what was measured."""

import re
from itertools import combinations
from pathlib import Path

import pandas as pd
from scipy.stats import ttest_ind
from statsmodels.stats.multitest import multipletests

from stages.core.params import read_families

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def rows():
    """{family: cells} of the leaderboard between its two marks."""
    table = README.split("<!-- leaderboard -->")[1].split("<!-- /leaderboard -->")[0]
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {cell[1]: cell for cell in cells}


def test_the_leaderboard_is_the_committed_one():
    table = pd.read_csv(ROOT / "metrics/leaderboard.csv")
    shown = rows()
    assert list(shown) == table["family"].tolist()
    for _, row in table.iterrows():
        cells = shown[row["family"]]
        assert cells[0] == str(row["rank"])
        assert f"{100 * row['validation_accuracy']:.2f} %" in cells
        assert f"{100 * row['test_accuracy']:.2f} %" in cells
        low, high = 100 * row["test_accuracy_low"], 100 * row["test_accuracy_high"]
        assert f"{low:.2f} % to {high:.2f} %" in cells


def test_every_family_of_params_is_in_the_leaderboard():
    assert set(rows()) == {*read_families(), "ensemble"}


def test_the_benchmarks_are_the_committed_ones():
    shown = README.split("<!-- bench -->")[1].split("<!-- /bench -->")[0]
    table = pd.read_csv(ROOT / "metrics/bench.csv", dtype=str, keep_default_na=False)
    for _, line in table.iterrows():
        cells = (line[key] for key in ("item", "what", "measured", "goal", "met"))
        assert f"| {' | '.join(cells)} |" in shown
        assert line["machine"] in shown


def test_what_is_said_of_the_luck_of_the_seed_follows_from_the_sweep():
    table = pd.read_csv(ROOT / "metrics/sweeps/seeds.csv")
    fits = {name: rows["accuracy"] for name, rows in table.groupby("family", sort=False)}
    told = " ".join(README.split("`seeds` tells")[1].split("![")[0].split())
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


def test_links_and_named_files_exist():
    targets = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    named = re.findall(r"`((?:stages|plots|metrics)/[\w./]+|\w+\.(?:yaml|lock))`", README)
    assert targets
    assert named
    for path in targets + named:
        assert (ROOT / path).exists(), path


def test_documented_environment_variables_are_read():
    code = "".join(path.read_text() for path in (ROOT / "stages").rglob("*.py"))
    for name in re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE):
        assert f'"{name}"' in code, name
