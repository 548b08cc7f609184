import json
from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from stages.experiments.collect import accuracy_interval, references, validation_accuracy
from stages.experiments.commands import git


@pytest.fixture
def _experiment(tmp_path, monkeypatch):
    """A repository with an experiment of one family."""
    monkeypatch.chdir(tmp_path)
    Path("metrics").mkdir()
    # No number of a test digit stands here: nothing may ask for one.
    Path("metrics/f.json").write_text(json.dumps({"validation": {"accuracy": 0.75}}))
    Path("metrics/dataset.json").write_text(json.dumps({"validation": 40}))
    git("init", "-q")
    git("add", "-A")
    git("-c", "user.name=t", "-c", "user.email=t", "commit", "-qm", "All")
    git("update-ref", "refs/exps/ab/cdef/f-1", "HEAD")


@pytest.mark.usefixtures("_experiment")
def test_an_experiment_is_found_by_its_whole_name_and_read():
    reference = references({"f-1", "f-11"})["f-1"]
    assert references({"f-11", "f"}) == {}
    assert validation_accuracy(reference, "f") == 0.75
    expected = proportion_confint(30, 40, method="wilson")
    np.testing.assert_allclose(accuracy_interval(reference, 0.75), expected, atol=1e-6)
