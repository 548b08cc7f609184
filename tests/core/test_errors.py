import subprocess
import sys

import pytest

from stages.core.errors import UserError, guarded


def stopped(work):
    """The exit code, or the message that takes its place."""
    with pytest.raises(SystemExit) as stop:
        guarded(work)
    return stop.value.code


def test_a_user_error_is_one_line_and_exit_code_1():
    def work():
        raise UserError("params.yaml: split.seed: got -1")

    assert stopped(work) == "error: params.yaml: split.seed: got -1"


def test_what_the_system_refuses_is_one_line(tmp_path):
    message = stopped(lambda: (tmp_path / "none").read_text())
    assert message == f"error: {tmp_path}/none: No such file or directory"


def test_an_interrupt_is_one_line_and_exit_code_130(capsys):
    def work():
        raise KeyboardInterrupt

    assert stopped(work) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_other_errors_keep_their_traceback():
    with pytest.raises(ZeroDivisionError):
        guarded(lambda: 1 / 0)


@pytest.fixture
def stage(tmp_path):
    """Runs a module with a `main(family)` that tells what it was given."""
    code = '"""Stage `tell`."""\nfrom stages.core.errors import run\n\n'
    code += 'def main(family):\n    print("got", family)\n\nrun(main)\n'
    (tmp_path / "tell.py").write_text(code)

    def stage(*arguments):
        command = [sys.executable, "-m", "tell", *arguments]
        paths = f"{tmp_path}:{':'.join(path for path in sys.path if path)}"
        return subprocess.run(
            command, capture_output=True, text=True, env={"PYTHONPATH": paths}, check=False
        )

    return stage


def test_the_signature_of_main_is_the_command_line(stage):
    done = stage("lenet5")
    assert (done.returncode, done.stdout) == (0, "got lenet5\n")


def test_help_says_what_the_stage_does_and_runs_nothing(stage):
    done = stage("--help")
    assert done.returncode == 0
    assert "usage: python -m tell [-h] family" in done.stdout
    assert "Stage `tell`." in done.stdout
    assert "got" not in done.stdout


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["--no"]])
def test_a_slip_of_usage_is_exit_code_2_without_a_traceback(stage, arguments):
    done = stage(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "error:" in done.stderr.splitlines()[-1]
