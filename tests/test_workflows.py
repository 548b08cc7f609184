"""What the workflows may do; that they are valid, `make lint` checks."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
GITLAB = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text())


def read(name):
    content = yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())
    return content | {"on": content[True]}  # YAML reads the key `on` as a boolean


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def commands(workflow):
    return "\n".join(step["run"] for step in steps(workflow) if "run" in step)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_actions_are_pinned_to_commits_and_say_their_versions(file):
    lines = [line for line in file.read_text().splitlines() if "uses:" in line]
    assert lines
    for line in lines:
        assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_one_action_has_one_version():
    pins = set(re.findall(r"uses: (\S+)@(\w+)", "".join(file.read_text() for file in FILES)))
    assert len({action for action, _ in pins}) == len(pins)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_job_has_a_limit_and_only_named_permissions(file):
    workflow = read(file.stem)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["permissions"]
        assert job["timeout-minutes"]
    for step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_value_of_an_event_is_pasted_into_a_command(file):
    assert "${{" not in commands(read(file.stem))


def test_a_pull_requests_code_runs_without_secrets_and_can_write_nothing():
    text = (ROOT / ".github/workflows/pull-request.yml").read_text()
    workflow = read("pull-request")
    assert list(workflow["on"]) == ["pull_request"]
    assert all(job["permissions"] == {"contents": "read"} for job in workflow["jobs"].values())
    assert "secrets." not in text
    assert "github.token" not in text


def test_what_can_write_runs_the_default_branch_alone():
    workflow = read("pull-request-comment")
    assert workflow["on"]["workflow_run"]["workflows"] == [read("pull-request")["name"]]
    (job,) = workflow["jobs"].values()
    assert job["permissions"]["pull-requests"] == "write"
    (checkout,) = [step for step in job["steps"] if "checkout@" in step.get("uses", "")]
    assert checkout["with"]["ref"] == "${{ github.event.repository.default_branch }}"
    assert commands(workflow) == "python3 .ci/comment.py page"


def test_the_page_that_is_written_is_the_one_that_is_posted():
    uploads = [step for step in steps(read("pull-request")) if "upload-" in step.get("uses", "")]
    (download,) = [
        step for step in steps(read("pull-request-comment")) if "download-" in step.get("uses", "")
    ]
    assert [step["with"]["name"] for step in uploads] == [download["with"]["name"]]
    assert uploads[0]["with"]["path"].split() == ["pr_report.md", "pr_number.txt"]


@pytest.mark.parametrize("name", ["pull-request", "nightly"])
def test_every_make_target_exists(name):
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"make ([a-z][a-z-]+)", commands(read(name))))
    assert targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_gitlab_checks_the_same():
    pull, nightly = commands(read("pull-request")), commands(read("nightly"))
    for job, theirs in (("check", pull), ("report", pull), ("nightly", nightly)):
        for target in re.findall(r"make ([a-z.][\w./-]+)", "\n".join(GITLAB[job]["script"])):
            assert f"make {target}" in theirs, target
