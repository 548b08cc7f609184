"""What the contract of all families does not say of Spark."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from stages.core.rows import Dataset, save_rows

ROOT = Path(__file__).parent.parent.parent
TELL = """
import json
from stages.frameworks.spark_ml import environment
print(json.dumps(environment()))
"""
CLUSTER = """
import sys
from pathlib import Path
from stages.core.rows import load_rows
from stages.core.scores import accuracy
from stages.fitting.epochs import EpochLog
from stages.fitting.family import open_family
from stages.frameworks.spark_ml import _session
rows = load_rows(Path(sys.argv[1]))
family = open_family("spark_mlp", classes=10)
family = family._replace(params=family.params.model_copy(update={"iterations": 30}))
model = family.fit(rows, rows, EpochLog("spark_mlp"))
executors = _session().sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
print("RESULT", accuracy(family.score(model, rows.images), rows.labels), executors)
"""


def run(script, *arguments, **variables):
    """The last line that the script prints, in a process with no other settings than these."""
    unset = ("SPARK_MASTER", "THREADS", "JAVA_HOME")
    inherited = {key: value for key, value in os.environ.items() if key not in unset}
    command = [sys.executable, "-c", script, *arguments]
    how = {"cwd": ROOT, "env": inherited | variables, "timeout": 300}
    done = subprocess.run(command, capture_output=True, text=True, check=False, **how)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("variables", "master"),
    [({"SPARK_MASTER": "local[1]", "THREADS": "2"}, "local[1]"), ({"THREADS": "2"}, "local[2]")],
)
def test_the_master_comes_from_the_environment_and_java_from_the_wheel(variables, master):
    found = json.loads(run(TELL, **variables))
    assert found["device"] == f"cpu, Spark master {master}"
    assert found["java"].startswith("21.")


def test_a_cluster_whose_executors_are_processes_of_their_own(tmp_path, digits):
    save_rows(tmp_path / "rows", digits.take(np.arange(300)), Dataset("digits", []))
    line = run(CLUSTER, str(tmp_path / "rows"), SPARK_MASTER="local-cluster[2,1,1024]")
    _, found, executors = line[line.index("RESULT") :].split()
    assert float(found) > 0.95
    assert executors == "2"
