import subprocess
from pathlib import Path

import pytest

from stages.core.errors import UserError
from stages.experiments import dvc_queue
from stages.experiments.dvc_queue import STATE, arguments

STATUS = """Task     Name             Created    Status
aaaaaaa  sweep-a-00000000  05:00 PM   Running
bbbbbbb  sweep-b-11111111  Nov 24, 2026  Queued
ccccccc  sweep-c-22222222  05:00 PM   Failed

Worker status: 1 active, 0 idle
"""


def test_a_fit_becomes_arguments_of_dvc():
    fit = {
        "family": "a",
        "sets": {"families.a.fit.rate": 1e-5, "families.a.preprocess": ["centre"], "split.x": 9},
        "experiment": "sweep-a-00000000",
    }
    name, told, *sets, target = arguments(fit)
    assert (name, told, target) == ("--name", "sweep-a-00000000", "evaluate@a")
    key, value = sets[0].split("=")
    assert (key, float(value)) == ("-S++families.a.fit.rate", pytest.approx(1e-5, rel=1e-12))
    assert "." in value, "YAML 1.1 would read a text"
    assert sets[1:] == ['-S++families.a.preprocess=["centre"]', "-S++split.x=9"]


def test_the_states_of_named_experiments_are_read_from_dvcs_table():
    assert dict(STATE.findall(STATUS)) == {
        "sweep-a-00000000": "Running",
        "sweep-b-11111111": "Queued",
        "sweep-c-22222222": "Failed",
    }


def test_the_reason_of_a_failure_is_the_stages_own_line_and_its_log_is_kept(empty, monkeypatch):
    log = "Running stage 'train@a':\nerror: params.yaml: it diverged\nERROR: failed to reproduce\n"
    monkeypatch.setattr(dvc_queue, "_dvc", lambda *_: log)
    kept = Path(".dvc/tmp/failed/sweep-a-00000000.log")
    told = dvc_queue._complaint("sweep-a-00000000")
    assert told == f"params.yaml: it diverged (log: {kept})"
    assert kept.read_text() == log
    monkeypatch.setattr(dvc_queue, "_dvc", lambda *_: "Traceback\nKilled\n")
    assert dvc_queue._complaint("sweep-a-00000000") == f"Killed (log: {kept})"


def test_a_command_that_a_workers_lock_keeps_out_comes_again(monkeypatch):
    ends = [(255, "see '.dvc/tmp/exps/rwlock'"), (255, "see '.dvc/tmp/exps/rwlock'"), (0, "")]
    left = iter(ends)

    def run(command, **_):
        return subprocess.CompletedProcess(command, *(end := next(left))[:1], "out", end[1])

    monkeypatch.setattr(dvc_queue.subprocess, "run", run)
    monkeypatch.setattr(dvc_queue, "PATIENCE", 0)
    assert dvc_queue._dvc("exp", "run") == "out"
    left = iter([(1, "ERROR: no such stage")])
    with pytest.raises(UserError, match="^dvc exp run: ERROR: no such stage$"):
        dvc_queue._dvc("exp", "run")
