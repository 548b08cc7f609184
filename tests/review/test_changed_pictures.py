import pytest

from stages.experiments.commands import git
from stages.review.changed_pictures import place_pictures
from stages.review.comparison import base_of, workspace

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
    for name in ("changed.svg", "table.csv", "sub/new (1).svg"):
        (plots / name).write_text("new")
    (plots / "gone.svg").unlink()
    commit("new")
    (plots / "sub/loose.svg").write_text("loose")
    return branched


def placed(*arguments):
    return [tuple(each.values()) for each in place_pictures(*arguments)]


def test_elsewhere_the_old_ones_lie_beside_the_page(pictures):
    page = pictures / "deep/pr.md"
    stale = pictures / "deep/pr_base/plots/stale.svg"
    stale.parent.mkdir(parents=True)
    stale.write_text("stale")
    assert placed(base_of("before"), workspace(), page.relative_to(pictures)) == [
        ("plots/changed.svg", "pr_base/plots/changed.svg", "../plots/changed.svg"),
        ("plots/gone.svg", "pr_base/plots/gone.svg", None),
        ("plots/sub/loose.svg", None, "../plots/sub/loose.svg"),
        ("plots/sub/new (1).svg", None, "../plots/sub/new%20%281%29.svg"),
    ]
    kept = [page.parent / f"pr_base/plots/{name}.svg" for name in ("changed", "gone")]
    assert [file.read_text() for file in kept] == ["old", "old"]
    assert not stale.exists()


def test_on_github_they_are_those_of_the_commits(pictures, monkeypatch):
    for name, value in GITHUB.items():
        monkeypatch.setenv(name, value)
    (pictures / "plots/changed.svg").write_text("newer than the commit")
    base, head = base_of("before"), workspace()
    raw = "https://github.example/you/digits/raw"
    # What is not committed as it is here has no address.
    assert placed(base, head, pictures / "pr.md") == [
        ("plots/changed.svg", f"{raw}/{base.commit}/plots/changed.svg", None),
        ("plots/gone.svg", f"{raw}/{base.commit}/plots/gone.svg", None),
        ("plots/sub/loose.svg", None, None),
        ("plots/sub/new (1).svg", None, f"{raw}/{head.commit}/plots/sub/new%20%281%29.svg"),
    ]
    assert not (pictures / "pr_base").exists()


def test_nothing_changed_writes_nothing(pictures):
    (pictures / "plots/sub/loose.svg").unlink()
    assert placed(base_of("HEAD"), workspace(), pictures / "pr.md") == []
    assert not (pictures / "pr_base").exists()
