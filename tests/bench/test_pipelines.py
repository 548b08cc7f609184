import pytest

from stages.bench import pipelines
from stages.core.errors import UserError


def test_a_toy_has_nothing_to_do_and_its_one_stage_runs_again(monkeypatch):
    monkeypatch.setattr(pipelines, "ROUNDS", 1)
    with pipelines.toy() as folder:
        found = pipelines.medians(folder, "fit", pipelines.FIT)
        assert (folder / "model").read_text() == "m"
        (folder / "fit.py").write_text("")
        with pytest.raises(UserError, match="^bench: the last commit's dvc.lock is not of"):
            pipelines.medians(folder, "fit", [])
    assert found["own"] == found["stage"] - found["command"]
    assert 0 < found["command"] < found["nothing"]
