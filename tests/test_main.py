import os
import re
import signal
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import click
import pytest

from stages import __main__, __version__
from stages.__main__ import commands

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LIGHT = """
import sys, stages.__main__
names = {name.split(".")[0] for name in sys.modules}
print(names & {"dvc", "numpy", "pandas", "pydantic", "sklearn", "torch", "yaml", "ruamel"})
print(sorted(name for name in sys.modules if name.startswith("stages.")))
"""


@pytest.fixture
def call(monkeypatch, capsys):
    """Does what a command line says; its exit code or last words, standard output and error."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["digits", *arguments])
        code = 0
        try:
            __main__.main()
        except SystemExit as ended:
            code = ended.code
        return code, *capsys.readouterr()

    return call


def run(*command, folder=ROOT, **environment):
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("name", commands.commands)
def test_every_command_tells_what_it_takes(call, name):
    code, out, err = call(name, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: python -m stages {name} ")
    assert commands.commands[name].help.splitlines()[0] in out


def test_alone_it_lists_all_commands_in_whole_sentences(call):
    code, out, err = call()
    assert (code, out, err) == call("--help") == call("-h")
    lines = dict(line.split(None, 1) for line in out.split("Commands:\n")[1].splitlines())
    assert list(lines) == list(commands.commands)
    assert all(told.endswith(".") and "..." not in told for told in lines.values())


def test_the_version(call):
    assert call("--version") == (0, f"digits {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["predit", "a.png"], "'predit'. Did you mean 'predict'? (see python -m stages --help)"),
        (["predict", "--familly", "svm"], "Did you mean '--family'? (see python -m stages predict"),
        (["predict"], "Missing argument 'SOURCE...'. (see python -m stages predict --help)"),
        (["predict", "a.png", "--top", "many"], "'--top': 'many' is not a valid integer"),
        (["predict", "a.png", "--format", "xml"], "'xml' is not one of 'csv', 'jsonl'"),
        (["search"], "Missing argument 'FAMILY'"),
        (["sweep", "--jobs", "0"], "'--jobs': 0 is not in the range"),
        (["gate", "HEAD"], "unexpected extra argument (HEAD)"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_line(call, arguments, told):
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert told in err
    assert err.count("\n") == 1


def test_a_mistake_that_the_command_finds_is_one_line(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("predict", "none.png") == ("error: none.png: no such file or folder", "", "")


def test_what_ctrl_c_ends_is_told_from_failures(call, monkeypatch):
    wait = click.Command("wait", callback=lambda: signal.raise_signal(signal.SIGINT))
    monkeypatch.setitem(commands.commands, "wait", wait)
    code, out, err = call("wait")
    assert (code, out, err.strip()) == (130, "", "interrupted")


def test_help_and_completion_wait_for_no_library():
    libraries, own = run(sys.executable, "-c", LIGHT).splitlines()
    assert libraries == "set()"
    assert own == str(["stages.__main__", "stages.core", "stages.core.errors"])


@pytest.mark.parametrize(
    ("words", "offered"), [("digits pred", ["predict"]), ("digits predict --family fi", ["final"])]
)
def test_a_shell_completes_commands_and_families(words, offered):
    asked = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    told = run(sys.executable, "-m", "stages", _DIGITS_COMPLETE="bash_complete", **asked)
    assert told.splitlines() == [f"plain,{word}" for word in offered]


def test_the_name_on_the_path_runs_the_clone_that_it_is_called_in(tmp_path):
    module, function = PROJECT["scripts"]["digits"].split(":")
    assert callable(getattr(import_module(module), function))
    (tmp_path / "stages").mkdir()
    (tmp_path / "stages/__init__.py").touch()
    (tmp_path / "stages/__main__.py").write_text("import sys; print('own', sys.argv[1:])")
    # As an installed script does: the other files are imported first.
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {module} as m; m.{function}()"
    told = run(sys.executable, "-c", script, "predict", "a.png", folder=tmp_path)
    assert told == "own ['predict', 'a.png']\n"


def test_make_lists_its_targets_and_calls_commands_that_there_are():
    makefile = (ROOT / "Makefile").read_text()
    targets = " ".join(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)).split()
    told = run("make")
    assert told == run("make", "help")
    assert set(re.findall(r"^  make ([a-z-]+) +\S", told, re.MULTILINE)) == set(targets)
    called = re.findall(r"python -m stages ([a-z-]+)$|python -m stages ([a-z-]+) \$", makefile, 8)
    assert called
    assert {a or b for a, b in called} <= set(commands.commands)
