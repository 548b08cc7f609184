"""The comment of a pull request, against a stand-in for GitHub's API on the loopback."""

import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from markdown_it import MarkdownIt

SCRIPT = Path(__file__).parent.parent / ".ci/comment.py"
SHA = "a" * 40
BOT = {"login": "github-actions[bot]"}
MARKER = "<!-- pull request page -->"
MENTIONS = r"@you @some/team _@you_ **@you** &#64;you &#X40;you &commat;you @&#121;ou \@you"
NO_NUMBERS = ["", "0", "7; rm", "../7", "\uff17"]


class Api(BaseHTTPRequestHandler):
    """One repository with pull request 7; comments are kept in the server's list."""

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/repos/you/digits/pulls/7":
            return self.answer(200, self.server.pull)
        if url.path == "/repos/you/digits/issues/7/comments":
            query = {key: int(value) for key, (value,) in parse_qs(url.query).items()}
            start = (query["page"] - 1) * query["per_page"]
            return self.answer(200, self.server.comments[start : start + query["per_page"]])
        self.answer(404, {"message": "Not Found"})

    def do_POST(self):
        comment = {"id": len(self.server.comments) + 1, "user": BOT}
        self.server.comments.append(comment)
        self.change(201, comment)

    def do_PATCH(self):
        number = int(self.path.rpartition("/")[2])
        self.change(200, next(each for each in self.server.comments if each["id"] == number))

    def change(self, status, comment):
        assert self.headers["Authorization"] == "Bearer token"
        comment |= json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        place = self.path.removeprefix("/repos/you/digits/issues/")
        self.server.changes.append(f"{self.command} {place}")
        self.answer(status, comment)

    def answer(self, status, content):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def api():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    server.comments, server.changes = [], []
    server.pull = {"state": "open", "head": {"sha": SHA, "repo": {"id": 5}}}
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def artifact(tmp_path):
    (tmp_path / "pr_number.txt").write_text("7\n")
    (tmp_path / "pr_report.md").write_text("# What changes\n")
    return tmp_path


def post(api, artifact, repository=5):
    run = {"head_sha": SHA, "head_repository": repository and {"id": repository}}
    event = artifact / "event.json"
    event.write_text(json.dumps({"workflow_run": run}))
    told = {"GITHUB_REPOSITORY": "you/digits", "GITHUB_TOKEN": "token"}
    told |= {"GITHUB_API_URL": f"http://127.0.0.1:{api.server_port}"}
    told |= {"GITHUB_EVENT_PATH": str(event)}
    # -I -S: nothing but Python's own library is at hand where this runs.
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(artifact)]
    return subprocess.run(
        command, env=os.environ | told, capture_output=True, text=True, timeout=60, check=False
    )


def refused(api, artifact, repository=5):
    """The one line that it says, having written nothing."""
    done = post(api, artifact, repository)
    assert (done.returncode, api.changes) == (1, [])
    (line,) = done.stderr.splitlines()
    return line


def test_the_first_run_posts_and_the_next_updates(api, artifact):
    assert post(api, artifact).stdout == "Posted on pull request 7\n"
    (artifact / "pr_report.md").write_text("# Now better\n")
    assert post(api, artifact).stdout == "Updated pull request 7\n"
    (comment,) = api.comments
    assert comment["body"].startswith(f"{MARKER}\n# Now better\n")
    assert SHA in comment["body"]
    assert api.changes == ["POST 7/comments", "PATCH comments/1"]


def test_its_comment_is_found_behind_many_others_and_no_other_is_taken(api, artifact):
    others = [{"id": n, "user": {"login": "you"}, "body": f"{MARKER} {n}"} for n in range(1, 251)]
    welcome = {"id": 251, "user": BOT, "body": f"Welcome! {MARKER}"}
    api.comments = [*others, welcome, {"id": 252, "user": BOT, "body": f"{MARKER}\nold"}]
    assert post(api, artifact).returncode == 0
    api.comments.pop()
    assert post(api, artifact).returncode == 0
    assert api.changes == ["PATCH comments/252", "POST 7/comments"]


def test_names_in_the_page_notify_nobody(api, artifact):
    (artifact / "pr_report.md").write_text(f"{MENTIONS}; train@lenet5\n")
    post(api, artifact)
    body = api.comments[0]["body"]
    shown = re.sub("<.*?>", "", MarkdownIt("commonmark").render(body))
    assert not re.search(r"(?<![a-z])@\w", shown)
    assert shown.count("@\u200b") == MENTIONS.count(" ") + 1
    assert "train@lenet5" in body


@pytest.mark.parametrize(
    ("pull", "repository"),
    [
        ({"state": "closed"}, 5),
        ({"head": {"sha": "b" * 40, "repo": {"id": 5}}}, 5),
        ({"head": {"sha": SHA, "repo": {"id": 6}}}, 5),
        ({"head": {"sha": SHA, "repo": None}}, None),
    ],
)
def test_a_number_that_is_not_the_runs_own_is_refused(api, artifact, pull, repository):
    api.pull |= pull
    told = f"error: the run at {SHA} is not of pull request 7 as it is now"
    assert refused(api, artifact, repository) == told


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        *(("pr_number.txt", text, "expected the number of a pull") for text in NO_NUMBERS),
        ("pr_number.txt", "1" * 20, "20 bytes, at most 16"),
        ("pr_number.txt", "8", "pulls/8: HTTP Error 404"),
        ("pr_report.md", "x" * 65_537, "65537 bytes, at most 65536"),
        ("pr_report.md", "x" * 65_500, "GitHub takes 65536"),
    ],
    ids=lambda value: value[:20],
)
def test_what_cannot_be_a_page_and_its_number_is_refused(api, artifact, file, text, told):
    (artifact / file).write_text(text)
    assert re.match(f"error: .*{told}", refused(api, artifact))


def test_a_link_in_the_artifact_is_not_followed(api, artifact):
    (artifact / "secret.txt").write_text("secret")
    (artifact / "pr_report.md").unlink()
    (artifact / "pr_report.md").symlink_to(artifact / "secret.txt")
    assert "expected a regular file" in refused(api, artifact)
