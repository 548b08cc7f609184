"""What the contract of all families does not say of Spark."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TELL = """
import json
from stages.frameworks.spark_ml import environment
print(json.dumps(environment()))
"""


@pytest.mark.parametrize(
    ("variables", "master"),
    [({"SPARK_MASTER": "local[1]", "THREADS": "2"}, "local[1]"), ({"THREADS": "2"}, "local[2]")],
)
def test_the_master_comes_from_the_environment_and_java_from_the_wheel(variables, master):
    unset = ("SPARK_MASTER", "THREADS", "JAVA_HOME")
    inherited = {key: value for key, value in os.environ.items() if key not in unset}
    done = subprocess.run(
        [sys.executable, "-c", TELL],
        cwd=ROOT,
        env=inherited | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["device"] == f"cpu, Spark master {master}"
    assert found["java"].startswith("21.")
