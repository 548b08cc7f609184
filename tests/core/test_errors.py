import subprocess
import sys

import pytest

from stages.core.errors import UserError, guarded


def fail(error):
    raise error


# A string is what Python prints before it ends with exit code 1.
@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (UserError("split.seed: got -1"), "error: split.seed: got -1", ""),
        (FileNotFoundError(2, "No such file", "a"), "error: a: No such file", ""),
        (OSError(28, "No space left"), "error: No space left", ""),
        (KeyboardInterrupt(), 130, "interrupted\n"),
    ],
)
def test_what_users_can_mend_is_one_line(error, code, told, capsys):
    with pytest.raises(SystemExit) as stop:
        guarded(lambda: fail(error))
    assert stop.value.code == code
    assert capsys.readouterr().err == told


def test_other_errors_keep_their_traceback():
    with pytest.raises(ZeroDivisionError):
        guarded(lambda: fail(ZeroDivisionError()))


@pytest.fixture
def stage(tmp_path):
    """Runs a module with a `main(family)` that tells what it was given."""
    code = '"""Stage `tell`."""\nfrom stages.core.errors import run\n\n'
    code += 'def main(family):\n    print("got", family)\n\nrun(main)\n'
    (tmp_path / "tell.py").write_text(code)

    def stage(*arguments):
        command = [sys.executable, "-m", "tell", *arguments]
        paths = f"{tmp_path}:{':'.join(path for path in sys.path if path)}"
        return subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": paths})

    return stage


def test_the_signature_of_main_is_the_command_line_and_help_runs_nothing(stage):
    for name in ("lenet5", "train@lenet5", "stages/experiments/dvc.yaml:collect@lenet5"):
        done = stage(name)
        assert (done.returncode, done.stdout) == (0, "got lenet5\n")
    helped = stage("--help")
    assert helped.returncode == 0
    assert "usage: python -m tell [-h] family" in helped.stdout
    assert "Stage `tell`." in helped.stdout
    assert "got" not in helped.stdout


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["--no"]])
def test_a_slip_of_usage_is_exit_code_2_without_a_traceback(stage, arguments):
    done = stage(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "error:" in done.stderr.splitlines()[-1]
