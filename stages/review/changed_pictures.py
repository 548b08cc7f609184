"""The pictures among the plots that differ from a base, and where a reader sees both sides."""

import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from stages.core.files import new_folder
from stages.experiments.commands import git
from stages.review.revisions import Revision

PLOTS = "plots"


class Pictures(NamedTuple):
    """A picture's path, and the address of each side, None where that side has none."""

    path: str
    before: str | None
    after: str | None


def changed_pictures(base: Revision) -> dict[str, tuple[bool, bool]]:
    """{path: (base has it, the workspace has it)} of the SVG files in plots/ that git sees differ,
    with those that it does not track yet."""
    told = git("diff", "--name-only", "--no-renames", "-z", base.commit, "--", PLOTS)
    new = git("ls-files", "--others", "--exclude-standard", "-z", "--", PLOTS)
    names = {name for name in f"{told}\0{new}".split("\0") if name.endswith(".svg")}
    return {name: (base.files.exists(name), Path(name).is_file()) for name in sorted(names)}


def place_pictures(base: Revision, head: Revision, page: Path) -> list[Pictures]:
    """Every changed picture, with addresses that `page` can show.

    On GitHub (its variables are set) these are addresses of the two commits: neither a comment nor
    a job summary has a folder that a relative path could start from. Elsewhere the base's pictures
    are written to a folder beside the page.
    """
    changed = changed_pictures(base)
    server, repository = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_REPOSITORY")
    if server and repository:
        shown = _committed(changed)
        raw = f"{server}/{repository}/raw"
        return [
            Pictures(
                path,
                f"{raw}/{base.commit}/{path}" if old else None,
                f"{raw}/{head.commit}/{path}" if new and path in shown else None,
            )
            for path, (old, new) in changed.items()
        ]
    return _beside(base, page, changed)


def _beside(base: Revision, page: Path, changed: dict[str, Any]) -> list[Pictures]:
    folder = page.with_name(f"{page.stem}_base")
    shutil.rmtree(folder, ignore_errors=True)
    if any(old for old, _ in changed.values()):
        with new_folder(folder) as temporary:
            for path in (path for path, (old, _) in changed.items() if old):
                (temporary / path).parent.mkdir(parents=True, exist_ok=True)
                (temporary / path).write_bytes(base.files.read_bytes(path))
    return [
        Pictures(
            path,
            f"{folder.name}/{path}" if old else None,
            os.path.relpath(path, page.parent) if new else None,
        )
        for path, (old, new) in changed.items()
    ]


def _committed(changed: dict[str, Any]) -> set[str]:
    """Those that the last commit has as the workspace has them."""
    if not changed:
        return set()
    dirty = git("diff", "--name-only", "--no-renames", "-z", "HEAD", "--", *changed).split("\0")
    tracked = git("ls-files", "-z", "--", *changed).split("\0")
    return set(tracked) - set(dirty)
