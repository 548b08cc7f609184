import pytest

from stages.experiments.commands import git
from stages.review.changed_pictures import Pictures, changed_pictures, place_pictures
from stages.review.revisions import base_of, workspace

GITHUB = {"GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "you/digits"}


@pytest.fixture
def pictures(branched, commit, monkeypatch):
    """One picture changed, one gone, one new, one the same, one new and not tracked."""
    for name in GITHUB:
        monkeypatch.delenv(name, raising=False)
    plots = branched / "plots"
    (plots / "sub").mkdir(parents=True)
    for name in ("changed.svg", "gone.svg", "same.svg", "table.csv"):
        (plots / name).write_text("old")
    commit("old")
    git("tag", "before")
    for name in ("changed.svg", "table.csv", "sub/new.svg"):
        (plots / name).write_text("new")
    (plots / "gone.svg").unlink()
    commit("new")
    (plots / "sub/loose.svg").write_text("loose")
    return branched


def test_what_git_sees_differ_and_no_more(pictures):
    assert changed_pictures(base_of("before")) == {
        "plots/changed.svg": (True, True),
        "plots/gone.svg": (True, False),
        "plots/sub/loose.svg": (False, True),
        "plots/sub/new.svg": (False, True),
    }


def test_elsewhere_the_old_ones_lie_beside_the_page(pictures):
    page = pictures / "deep/pr.md"
    stale = pictures / "deep/pr_base/plots/stale.svg"
    stale.parent.mkdir(parents=True)
    stale.write_text("stale")
    placed = place_pictures(base_of("before"), workspace(), page.relative_to(pictures))
    assert placed[0] == Pictures(
        "plots/changed.svg", "pr_base/plots/changed.svg", "../plots/changed.svg"
    )
    for each in placed:
        if each.before:
            assert (page.parent / each.before).read_text() == "old"
        if each.after:
            assert (page.parent / each.after).read_text() in ("new", "loose")
    assert [each.path for each in placed if not each.after] == ["plots/gone.svg"]
    assert not stale.exists()


def test_on_github_they_are_those_of_the_commits(pictures, monkeypatch):
    for name, value in GITHUB.items():
        monkeypatch.setenv(name, value)
    (pictures / "plots/changed.svg").write_text("newer than the commit")
    base, head = base_of("before"), workspace()
    placed = {each.path: each for each in place_pictures(base, head, pictures / "pr.md")}
    raw = "https://github.example/you/digits/raw"
    assert placed["plots/gone.svg"].before == f"{raw}/{base.commit}/plots/gone.svg"
    assert placed["plots/sub/new.svg"].after == f"{raw}/{head.commit}/plots/sub/new.svg"
    # What is not committed as it is here has no address.
    assert placed["plots/changed.svg"].after is None
    assert placed["plots/sub/loose.svg"].after is None
    assert not (pictures / "pr_base").exists()


def test_nothing_changed_writes_nothing(pictures):
    (pictures / "plots/sub/loose.svg").unlink()
    assert place_pictures(base_of("HEAD"), workspace(), pictures / "pr.md") == []
    assert not (pictures / "pr_base").exists()
