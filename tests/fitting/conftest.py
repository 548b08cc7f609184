"""What tests of code that talks to git share."""

import pytest


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """An empty folder as the working folder, and somebody for git to name as the author."""
    monkeypatch.chdir(tmp_path)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Test")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "test@localhost")
    return tmp_path
