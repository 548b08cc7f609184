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

SCRIPT = Path(__file__).parent.parent / ".ci/comment.py"
SHA = "a" * 40
BOT = {"login": "github-actions[bot]"}
MARKER = "<!-- pull request page -->"


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
        comment = {"id": len(self.server.comments) + 1, "user": BOT, "body": self.body()}
        self.server.comments.append(comment)
        self.server.changes.append(("POST", self.path, comment["id"]))
        self.answer(201, comment)

    def do_PATCH(self):
        number = int(self.path.rpartition("/")[2])
        comment = next(each for each in self.server.comments if each["id"] == number)
        comment["body"] = self.body()
        self.server.changes.append(("PATCH", self.path, number))
        self.answer(200, comment)

    def body(self):
        assert self.headers["Authorization"] == "Bearer token"
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]

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


def post(api, artifact, repository=5, sha=SHA):
    run = {"head_sha": sha, "head_repository": repository and {"id": repository}}
    event = artifact / "event.json"
    event.write_text(json.dumps({"workflow_run": run}))
    told = {
        "GITHUB_API_URL": f"http://127.0.0.1:{api.server_port}",
        "GITHUB_REPOSITORY": "you/digits",
        "GITHUB_TOKEN": "token",
        "GITHUB_EVENT_PATH": str(event),
    }
    # -I -S: nothing but Python's own library is at hand where this runs.
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(artifact)]
    return subprocess.run(
        command, env=os.environ | told, capture_output=True, text=True, timeout=60, check=False
    )


def refused(api, done):
    """The one line that it says, having written nothing."""
    assert done.returncode == 1
    assert api.changes == []
    (line,) = done.stderr.splitlines()
    return line


def test_the_first_run_posts_and_the_next_updates(api, artifact):
    assert post(api, artifact).stdout == "Posted on pull request 7\n"
    (artifact / "pr_report.md").write_text("# Now better\n")
    assert post(api, artifact).stdout == "Updated pull request 7\n"
    (comment,) = api.comments
    assert comment["body"].startswith(f"{MARKER}\n# Now better\n")
    assert SHA in comment["body"]
    assert [change[0] for change in api.changes] == ["POST", "PATCH"]


def test_its_comment_is_found_behind_many_others_and_nobody_elses_is_taken(api, artifact):
    others = [{"id": n, "user": {"login": "you"}, "body": f"{MARKER} {n}"} for n in range(1, 251)]
    api.comments = [*others, {"id": 251, "user": BOT, "body": f"{MARKER}\nold"}]
    assert post(api, artifact).returncode == 0
    assert api.changes == [("PATCH", "/repos/you/digits/issues/comments/251", 251)]


def test_another_comment_of_the_same_bot_is_left_alone(api, artifact):
    api.comments = [{"id": 1, "user": BOT, "body": f"Welcome! {MARKER}"}]
    post(api, artifact)
    assert [change[0] for change in api.changes] == ["POST"]
    assert api.comments[0]["body"].startswith("Welcome!")


def test_names_in_the_page_notify_nobody(api, artifact):
    (artifact / "pr_report.md").write_text("@you and @some/team; train@lenet5\n")
    post(api, artifact)
    body = api.comments[0]["body"]
    assert not re.search(r"(?<!\w)@\w", body)
    assert "train@lenet5" in body


@pytest.mark.parametrize(
    ("pull", "run"),
    [
        ({"state": "closed"}, {}),
        ({"head": {"sha": "b" * 40, "repo": {"id": 5}}}, {}),
        ({"head": {"sha": SHA, "repo": {"id": 6}}}, {}),
        ({"head": {"sha": SHA, "repo": None}}, {"repository": None}),
    ],
)
def test_a_number_that_is_not_the_runs_own_is_refused(api, artifact, pull, run):
    api.pull |= pull
    line = refused(api, post(api, artifact, **run))
    assert line == f"error: the run at {SHA} is not of pull request 7 as it is now"


@pytest.mark.parametrize("number", ["", "0", "7; rm", "../7", "\uff17", "1" * 20])
def test_what_is_no_number_is_refused(api, artifact, number):
    (artifact / "pr_number.txt").write_text(number)
    assert refused(api, post(api, artifact)).startswith("error: ")


def test_a_pull_request_that_there_is_not_is_refused(api, artifact):
    (artifact / "pr_number.txt").write_text("8")
    assert "pulls/8: HTTP Error 404" in refused(api, post(api, artifact))


@pytest.mark.parametrize("size", [65_537, 65_500])
def test_a_page_that_is_too_long_is_refused(api, artifact, size):
    (artifact / "pr_report.md").write_text("x" * size)
    assert "65536" in refused(api, post(api, artifact))


def test_a_link_in_the_artifact_is_not_followed(api, artifact):
    (artifact / "secret.txt").write_text("secret")
    (artifact / "pr_report.md").unlink()
    (artifact / "pr_report.md").symlink_to(artifact / "secret.txt")
    assert "expected a regular file" in refused(api, post(api, artifact))
