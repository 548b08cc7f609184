"""A repository with the params and the scores of one family."""

from pathlib import Path

import pytest
import yaml

from stages.core.files import write_json
from stages.experiments.git import git


@pytest.fixture
def repo(empty):
    params = {"families": {"f": {"build": {"hidden": [8]}, "fit": {"epochs": 3}}}}
    Path("params.yaml").write_text(yaml.safe_dump(params))
    # No number of a test digit stands here: nothing may ask for one.
    write_json(Path("metrics/scores/f.json"), {"f": {"validation": {"accuracy": 0.75}}})
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "All")
    return empty
