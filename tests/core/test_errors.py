import pytest

from stages.core.errors import UserError, run


def test_a_user_error_is_one_line_and_exit_code_1(capsys):
    def main():
        raise UserError("params.yaml: split.seed: got -1")

    with pytest.raises(SystemExit) as stop:
        run(main)
    assert stop.value.code == "error: params.yaml: split.seed: got -1"


def test_what_the_system_refuses_is_one_line(tmp_path):
    def main():
        (tmp_path / "none").read_text()

    with pytest.raises(SystemExit) as stop:
        run(main)
    assert stop.value.code == f"error: {tmp_path}/none: No such file or directory"


def test_other_errors_keep_their_traceback():
    def main():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(main)
