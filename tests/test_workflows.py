"""What the workflows may do; that they are valid, `make lint` checks."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
TEXTS = {file.stem: file.read_text() for file in (ROOT / ".github/workflows").glob("*.yml")}
# All scalars as texts: else the key `on` would be read as a boolean.
WORKFLOWS = {name: yaml.load(text, yaml.BaseLoader) for name, text in TEXTS.items()}
PULL, COMMENT, NIGHTLY = (
    WORKFLOWS[name] for name in ("pull-request", "pull-request-comment", "nightly")
)
GITLAB = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text())
EACH = pytest.mark.parametrize("name", sorted(WORKFLOWS))


def steps(workflow, action=""):
    """All steps, or those that use an action whose name holds a word."""
    found = [step for job in workflow["jobs"].values() for step in job["steps"]]
    return [step for step in found if action in step.get("uses", "")]


def commands(workflow):
    return "\n".join(step.get("run", "") for step in steps(workflow)).strip()


@EACH
def test_actions_are_pinned_to_commits_and_say_their_versions(name):
    lines = [line for line in TEXTS[name].splitlines() if "uses:" in line]
    assert lines
    for line in lines:
        assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_one_action_has_one_version():
    pins = set(re.findall(r"uses: (\S+)@(\w+)", "".join(TEXTS.values())))
    assert len({action for action, _ in pins}) == len(pins)


@EACH
def test_every_job_has_a_limit_and_only_named_permissions(name):
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["permissions"]
        assert job["timeout-minutes"]
    for step in steps(workflow, "actions/checkout@"):
        assert step["with"]["persist-credentials"] == "false"


@EACH
def test_no_value_of_an_event_is_pasted_into_a_command(name):
    assert "${{" not in commands(WORKFLOWS[name])


def test_a_pull_requests_code_runs_without_secrets_and_can_write_nothing():
    assert list(PULL["on"]) == ["pull_request"]
    assert all(job["permissions"] == {"contents": "read"} for job in PULL["jobs"].values())
    assert not re.search(r"secrets\.|github\.token", TEXTS["pull-request"])


def test_what_can_write_runs_the_default_branch_alone():
    assert COMMENT["on"]["workflow_run"]["workflows"] == [PULL["name"]]
    (job,) = COMMENT["jobs"].values()
    assert job["permissions"]["pull-requests"] == "write"
    (checkout,) = steps(COMMENT, "checkout@")
    assert checkout["with"]["ref"] == "${{ github.event.repository.default_branch }}"
    assert commands(COMMENT) == "python3 .ci/comment.py page"


def test_the_page_that_is_written_is_the_one_that_is_posted():
    (upload,), (download,) = steps(PULL, "upload-"), steps(COMMENT, "download-")
    assert upload["with"]["name"] == download["with"]["name"]
    assert upload["with"]["path"].split() == ["pr_report.md", "pr_number.txt"]


@pytest.mark.parametrize("workflow", [PULL, NIGHTLY], ids=["pull-request", "nightly"])
def test_every_make_target_exists(workflow):
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"make ([a-z][a-z-]+)", commands(workflow)))
    assert targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_gitlab_checks_the_same():
    for job, workflow in (("check", PULL), ("report", PULL), ("nightly", NIGHTLY)):
        for target in re.findall(r"make ([a-z.][\w./-]+)", "\n".join(GITLAB[job]["script"])):
            assert f"make {target}" in commands(workflow), target
