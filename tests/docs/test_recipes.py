"""Each page of docs/recipes, followed to the letter in a clone on the small digits."""

import re
from pathlib import Path

import pytest

from tests.small import NO_MIRROR

PAGES = Path(__file__).parents[2] / "docs/recipes"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The first line of a block: a file to write, or a file and a place to insert what follows.
PLACE = re.compile(r"# (\S+?)(?:, (at the end|(above|below) the line `(.+)`))?\n")
# What a page has brought about: a file, and a word that now stands in it.
PROOF = {
    "family": ("metrics/small_forest.json", "accuracy"),
    "corruption": ("data/probes/corrupted/test/table.csv", "fading,0.9"),
}


def put(project, text: str) -> str:
    """Write what a block says where its first line says; returns that file's name."""
    place = PLACE.match(text)
    assert place, text
    name, where, side, line = place.groups()
    content, path = text[place.end() :], project.folder / name
    apart = "\n\n" if content.startswith("def ") else ""  # as between all functions
    if not where:
        path.write_text(content)
    elif where == "at the end":
        path.write_text(path.read_text() + apart + content)
    else:
        lines = path.read_text().splitlines(keepends=True)
        (at,) = (n for n, each in enumerate(lines) if each.strip().startswith(line))
        lines.insert(at + (side == "below"), content + apart)
        path.write_text("".join(lines))
    return name


@pytest.mark.parametrize("page", sorted(path.stem for path in PAGES.glob("*.md")))
def test_a_recipe_followed_to_the_letter_works(new_clone, page):
    project = new_clone()
    project.replace("params.yaml", "dataset: mnist", "dataset: digits")
    (project.folder / "dvc.lock").unlink(missing_ok=True)
    steps = BLOCK.findall((PAGES / f"{page}.md").read_text())
    assert "console" in dict(steps)
    written = set()
    for kind, text in steps:
        if kind != "console":
            written.add(put(project, text))
            continue
        for line in re.findall(r"^\$ (.+)$", text, re.MULTILINE):
            done = project.run("bash", "-c", line, **NO_MIRROR)
            assert "pytest" not in line or " passed" in done.stdout
    code = [name for name in written if name.endswith(".py")]
    if code:
        project.run("ruff", "check", "--quiet", *code)
        project.run("ruff", "format", "--quiet", "--check", *code)
    if page in PROOF:
        file, word = PROOF[page]
        assert word in (project.folder / file).read_text()


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_a_recipe_is_short(page):
    assert len(page.read_text().splitlines()) <= 40
