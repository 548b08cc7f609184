"""Post a pull request's page as its one comment, or update that comment.

Runs in a workflow of the default branch that has a token; the page and the number come from the
pull request's own, untrusted run. So both are only read, and believed as far as the event that
GitHub itself delivered (GITHUB_EVENT_PATH) bears them out. Needs nothing but Python.
"""

import json
import os
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

MARKER = "<!-- pull request page -->"
AUTHOR = "github-actions[bot]"  # whose token this is; others may write the marker, too
LIMIT = 65_536  # characters that GitHub takes for a comment
PER_PAGE = 100
# At the beginning of a word, also in emphasis (_@you_), or as a character reference.
AT = re.compile(r"(?<![A-Za-z0-9])@(?=\S)|&(?:#0*64|#x0*40|commat);", re.IGNORECASE)


def read_artifact(path: Path, limit: int) -> str:
    """A regular file's text, no longer than `limit` bytes: a link could lead to a secret."""
    if path.is_symlink() or not path.is_file():
        sys.exit(f"error: {path}: expected a regular file in the artifact")
    if path.stat().st_size > limit:
        sys.exit(f"error: {path}: {path.stat().st_size} bytes, at most {limit} are posted")
    return path.read_text(encoding="utf-8", errors="replace")


def read_number(path: Path) -> int:
    """The number that the pull request's run claims as its own."""
    text = read_artifact(path, 16).strip()
    if not re.fullmatch("[1-9][0-9]*", text, re.ASCII):
        sys.exit(f"error: {path}: got {text!r}, expected the number of a pull request")
    return int(text)


def comment_body(page: str, commit: str) -> str:
    """The page behind the hidden marker; nobody is notified by a name in it."""
    silenced = AT.sub("@\u200b", page)
    body = f"{MARKER}\n{silenced}\n\n---\nWritten by the code of {commit}.\n"
    if len(body) > LIMIT:
        sys.exit(f"error: the comment has {len(body)} characters, GitHub takes {LIMIT}")
    return body


def call(method: str, path: str, content: dict[str, Any] | None = None) -> Any:
    """What GitHub's API answers for a path of this repository."""
    address = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}"
    request = urllib.request.Request(  # noqa: S310, the runner itself sets the address
        address,
        data=None if content is None else json.dumps(content).encode(),
        method=method,
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Content-Type": "application/json",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.URLError as error:
        sys.exit(f"error: {method} {path}: {error}")


def is_of_run(pull: dict[str, Any], run: dict[str, Any]) -> bool:
    """Whether the run was of this pull request, as it stands now."""
    source, other = pull["head"]["repo"], run["head_repository"]  # none where the fork is gone
    if source is None or other is None or source["id"] != other["id"]:
        return False
    return pull["head"]["sha"] == run["head_sha"] and pull["state"] == "open"


def find_comment(number: int) -> int | None:
    """The id of the comment that an earlier run has posted."""
    page = 1
    while True:
        found = call("GET", f"issues/{number}/comments?per_page={PER_PAGE}&page={page}")
        for each in found:
            if each["user"]["login"] == AUTHOR and each["body"].startswith(MARKER):
                return each["id"]
        if len(found) < PER_PAGE:
            return None
        page += 1


def main() -> None:
    """`comment.py FOLDER`: the folder holds pr_report.md and pr_number.txt."""
    folder = Path(sys.argv[1])
    run = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text())["workflow_run"]
    number, page = (
        read_number(folder / "pr_number.txt"),
        read_artifact(folder / "pr_report.md", LIMIT),
    )
    if not is_of_run(call("GET", f"pulls/{number}"), run):
        sys.exit(
            f"error: the run at {run['head_sha']} is not of pull request {number} as it is now"
        )
    body, comment = {"body": comment_body(page, run["head_sha"])}, find_comment(number)
    if comment is None:
        call("POST", f"issues/{number}/comments", body)
    else:
        call("PATCH", f"issues/comments/{comment}", body)
    print(f"{'Posted on' if comment is None else 'Updated'} pull request {number}")


if __name__ == "__main__":
    main()
