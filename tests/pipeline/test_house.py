"""Which room of stages/ may enter which, and that no box leaves the rooms that it names."""

import ast
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from dvc.repo import Repo

from stages.core.params import read_families
from stages.experiments.commands import environment

ROOT = Path(__file__).parent.parent.parent
# In this order; the last ones may enter all rooms before them.
ROOMS = ["core", "reading", "fitting", "frameworks", "models", "measuring", "comparing"]
FREE = ["drawing", "reporting", "serving", "experiments", "review", "bench"]
DOORS = {"frameworks": {"fitting"}, "comparing": {"measuring"}}
BOXES = ["download", "preprocess", "split", "explore", "probe", "train", "evaluate", "choose"]
BOXES += ["ensemble", "compare", "refit", "submit", "report"]
COMMANDS = ["experiments", "review", "bench"]  # rooms of programs, which may know the boxes
LIBRARIES = {
    "scikit_learn": "sklearn",
    "keras_tf": "tensorflow",
    "pytorch": "torch",
    "spark_ml": "pyspark",
}
HEAVY = set(LIBRARIES.values()) - {"sklearn"}
FAMILIES = read_families()
ONE_OF_EACH = {block.framework: name for name, block in FAMILIES.items()}
EXPERIMENTS = "stages/experiments/dvc.yaml:"


def names(file: Path) -> set[str]:
    """The modules, and what may be some, that a file imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@cache
def imported(file: Path) -> set[Path]:
    """The project's files that a file imports."""
    own = [name for name in names(file) if name.split(".")[0] == "stages"]
    return {path for name in own if (path := ROOT / f"{name.replace('.', '/')}.py").exists()}


def closure(*files: Path) -> set[str]:
    """All files that these import, however many steps away, and themselves."""
    known, waiting = set(), list(files)
    while waiting:
        file = waiting.pop()
        if file not in known:
            known.add(file)
            waiting += imported(file)
    return {str(file.relative_to(ROOT)) for file in known}


def room_of(file: Path) -> str:
    """A file's room; a box is its own."""
    parts = file.relative_to(ROOT / "stages").parts
    return parts[0] if len(parts) > 1 else Path(parts[0]).stem


@pytest.fixture(scope="module")
def stages():
    """Every stage by its name, with foreach and templates resolved by DVC."""
    with Repo(str(ROOT)) as repo:
        return {stage.addressing: stage for stage in repo.index.stages}


def code_deps(stage) -> set[str]:
    return {dep.def_path for dep in stage.deps if str(dep.def_path).startswith("stages")}


def test_the_front_door_shows_the_boxes_and_the_rooms():
    inside = [path for path in (ROOT / "stages").iterdir() if path.name != "__pycache__"]
    assert {path.stem for path in inside if path.is_file()} == {*BOXES, "__main__", "__init__"}
    assert {path.name for path in inside if path.is_dir()} == {*ROOMS, *FREE}


def test_imports_run_one_way():
    order, wrong = [*ROOMS, *FREE], []
    for file in (ROOT / "stages").rglob("*.py"):
        own = room_of(file)
        if own in BOXES or own.startswith("__"):
            continue
        allowed = {"core", own} | DOORS.get(own, set())
        if own in FREE:
            allowed |= set(order[: order.index(own)])
        if own in COMMANDS:
            allowed |= set(BOXES)
        wrong += [
            f"{file.relative_to(ROOT)} -> {other.relative_to(ROOT)}"
            for other in imported(file)
            if room_of(other) not in allowed
        ]
    assert not wrong


def test_no_two_files_import_each_other():
    for file in (ROOT / "stages").rglob("*.py"):
        assert file not in imported(file)
        others = closure(*imported(file))
        assert str(file.relative_to(ROOT)) not in others, file


def needed(name: str, stage) -> set[str]:
    """The files of code that a stage runs with."""
    box, _, family = name.rpartition(":")[2].partition("@")
    modules = [stage.cmd.split("python -m ")[1].split()[0]]
    if family and box == "train":
        block = FAMILIES[family]
        modules += [f"stages.frameworks.{block.framework}", f"stages.models.{block.model}"]
    files = closure(*(ROOT / f"{module.replace('.', '/')}.py" for module in modules))
    if box == "evaluate":  # a hash of these lies with the model, on which it depends
        files = {file for file in files if not file.startswith("stages/fitting/")}
    return files


def test_a_box_names_the_rooms_that_its_imports_enter_and_no_other(stages):
    for name, stage in stages.items():
        deps, files = code_deps(stage), needed(name, stage)
        entered = {dep: {f for f in files if f == dep or f.startswith(f"{dep}/")} for dep in deps}
        assert files <= set().union(*entered.values()), name
        if not name.startswith(EXPERIMENTS):
            assert all(entered.values()), name


def test_training_cannot_reach_a_test_row(stages):
    for name, stage in stages.items():
        if name.startswith("train@"):
            data = {dep.def_path for dep in stage.deps if dep.def_path.startswith("data")}
            assert data == {"data/split/fitting"}


@pytest.mark.parametrize("framework", LIBRARIES)
def test_a_family_loads_its_own_library_and_no_other(framework):
    code = (
        "import json, sys; from stages.fitting.family import open_family; import stages.train;"
        f"family = open_family({ONE_OF_EACH[framework]!r}, 10);"
        "getattr(family.framework, '_skops', lambda: None)();"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    modules = set(json.loads(done.stdout))
    assert LIBRARIES[framework] in modules
    assert modules & HEAVY == {LIBRARIES[framework]} & HEAVY
    loaded = {name for name in modules if name.startswith("stages.frameworks.")}
    assert loaded == {f"stages.frameworks.{framework}"}


def test_a_model_file_names_no_other_library():
    for block in FAMILIES.values():
        found = {name.split(".")[0] for name in names(ROOT / f"stages/models/{block.model}.py")}
        assert found & HEAVY <= {LIBRARIES.get(block.framework)}, block.model


def test_dvcs_files_stay_small():
    """DVC reads them all at each command, and writes its lock after each stage."""
    assert len((ROOT / "dvc.yaml").read_text().splitlines()) <= 400
    assert (ROOT / "dvc.lock").stat().st_size <= 90_000
    assert (ROOT / "params.yaml").stat().st_size <= 9_000


def test_git_holds_no_large_file():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = [ROOT / name for name in filter(None, listed.stdout.split("\0"))]
    large = [file for file in files if file.is_file() and file.stat().st_size > 500_000]
    assert not large


def test_every_stage_says_what_it_does(stages):
    assert all(stage.desc for stage in stages.values())


def leaves(tree: dict, prefix: str = ""):
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def test_every_param_is_tracked_by_some_stage(stages):
    tracked = {
        name
        for stage in stages.values()
        for dep in stage.deps
        for name in getattr(dep, "params", [])
    }
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    del content["gate"]  # a command's, which runs when it is called
    for leaf in leaves(content):
        parts = leaf.split(".")
        prefixes = {".".join(parts[: n + 1]) for n in range(len(parts))}
        assert prefixes & tracked, f"no stage reruns when {leaf} changes"


def test_only_a_familys_own_fit_and_the_choice_see_its_params(stages):
    for name, stage in stages.items():
        seen = {param for dep in stage.deps for param in getattr(dep, "params", [])}
        families = {param for param in seen if param.startswith("families")}
        if name.startswith("train@"):
            assert families == {f"families.{name.split('@')[1]}"}
        else:
            sees_all = name in ("choose", f"{EXPERIMENTS}plan")
            assert families == ({"families"} if sees_all else set()), name


def test_no_name_reaches_a_shell():
    for file in (ROOT / "dvc.yaml", ROOT / EXPERIMENTS.removesuffix(":")):
        for stage in yaml.safe_load(file.read_text())["stages"].values():
            command = stage.get("do", stage)["cmd"]
            assert "${" not in command, command


@pytest.mark.parametrize("name", ["x; touch PWNED #", "x'; touch PWNED; '", "$(touch PWNED)"])
def test_a_familys_name_that_is_a_command_is_refused_and_not_run(tmp_path, monkeypatch, name):
    train = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]["train"]
    alone = {"foreach": train["foreach"], "do": {"cmd": train["do"]["cmd"]}}
    (tmp_path / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"train": alone}}))
    (tmp_path / "params.yaml").write_text(yaml.safe_dump({"families": {name: {}}}))
    for command in (["init", "--no-scm", "-q"], ["repro"]):
        done = subprocess.run(
            [sys.executable, "-m", "dvc", *command],
            cwd=tmp_path,
            env=environment() | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert f"params.yaml: families: got the name {name!r}; a name has at most" in done.stderr
    assert done.returncode != 0
    assert not (tmp_path / "PWNED").exists()
