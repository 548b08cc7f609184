import sys

import pytest

from stages.bench import start_up
from stages.core.errors import UserError


def test_a_toy_has_nothing_to_do_and_its_one_stage_runs_again(monkeypatch):
    monkeypatch.setattr(start_up, "ROUNDS", 1)
    with start_up.toy() as folder:
        found = start_up.measured(folder, "fit", [sys.executable, "fit.py"])
        assert (folder / "model").read_text() == "m"
        (folder / "fit.py").write_text("")
        with pytest.raises(UserError, match="^bench: the last commit's dvc.lock is not of"):
            start_up.measured(folder, "fit", [])
    assert found["own"] == found["stage"] - found["command"]
    assert 0 < found["command"] < found["nothing"]
