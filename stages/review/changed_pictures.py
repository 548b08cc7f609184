"""The pictures among the plots that differ from a base, and where a reader sees both sides."""

import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from stages.core.files import new_folder
from stages.experiments.commands import git
from stages.review.comparison import Revision

PLOTS = "plots"


def place_pictures(base: Revision, head: Revision, page: Path) -> list[dict[str, Any]]:
    """The `path` of every changed picture, with the addresses `before` and `after` that `page` can
    show, None where that side has none.

    On GitHub (its variables are set) these are addresses of the two commits: neither a comment nor
    a job summary has a folder that a relative path could start from. Elsewhere the base's pictures
    are written to a folder beside the page.
    """
    changed = changed_pictures(base)
    old = [path for path in changed if base.files.exists(path)]
    new = [path for path in changed if Path(path).is_file()]
    server, repository = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_REPOSITORY")
    if server and repository:
        raw = f"{server}/{repository}/raw"
        before = {path: f"{raw}/{base.commit}/{quote(path)}" for path in old}
        after = {path: f"{raw}/{head.commit}/{quote(path)}" for path in _committed(new)}
    else:
        folder = page.with_name(f"{page.stem}_base")
        _write(base, old, folder)
        before = {path: quote(f"{folder.name}/{path}") for path in old}
        after = {path: quote(os.path.relpath(path, page.parent)) for path in new}
    return [
        {"path": path, "before": before.get(path), "after": after.get(path)} for path in changed
    ]


def changed_pictures(base: Revision) -> list[str]:
    """The SVG files in plots/ that git sees differ, with those that it does not track yet."""
    told = git("diff", "--name-only", "--no-renames", "-z", base.commit, "--", PLOTS)
    new = git("ls-files", "--others", "--exclude-standard", "-z", "--", PLOTS)
    return sorted({name for name in f"{told}\0{new}".split("\0") if name.endswith(".svg")})


def _write(base: Revision, paths: list[str], folder: Path) -> None:
    """Write the base's pictures into a folder, and nothing where there are none."""
    shutil.rmtree(folder, ignore_errors=True)
    if not paths:
        return
    with new_folder(folder) as temporary:
        for path in paths:
            (temporary / path).parent.mkdir(parents=True, exist_ok=True)
            (temporary / path).write_bytes(base.files.read_bytes(path))


def _committed(paths: list[str]) -> set[str]:
    """Those that the last commit has as the workspace has them."""
    if not paths:
        return set()
    dirty = git("diff", "--name-only", "--no-renames", "-z", "HEAD", "--", *paths).split("\0")
    return set(git("ls-files", "-z", "--", *paths).split("\0")) - set(dirty)
