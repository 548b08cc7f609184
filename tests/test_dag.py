"""What dvc.yaml declares, against what the code does."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from dvc.repo import Repo
from dvc_render.vega_templates import TEMPLATES

from stages.core.params import read_families
from stages.experiments.names import SHARED, code

ROOT = Path(__file__).parent.parent
FAMILIES = list(read_families())
HEAVY = {"tensorflow", "torch", "pyspark"}
OWN = {"keras_tf": "tensorflow", "pytorch": "torch", "spark_ml": "pyspark"}

# Prints the project's files and the heavy libraries that a stage has imported once it could work.
PROBE = """
import json, sys
from importlib import import_module
from pathlib import Path
stage, family = sys.argv[1:]
import_module(f"stages.{stage}")
if family:
    from stages.frameworks.contract import open_family
    open_family(family, classes=10)
files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
root = Path.cwd()
ours = {Path(file) for file in files if file and Path(file).is_relative_to(root / "stages")}
print(json.dumps([sorted(str(file.relative_to(root)) for file in ours), sorted(sys.modules)]))
"""


@pytest.fixture(scope="module")
def stages():
    """Every stage of dvc.yaml by its name, with foreach and templates resolved by DVC."""
    with Repo(str(ROOT)) as repo:
        return {stage.addressing: stage for stage in repo.index.stages}


def paths(outputs):
    return {output.def_path for output in outputs}


@cache
def probe(stage, family=""):
    """(project files, modules) that the stage imports, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, stage, family],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files, modules = json.loads(done.stdout)
    return set(files), set(modules)


# What frameworks import from stages/common and the stages that open any family do not.
LATE = ["augment", "machine"]
ONCE = ["download", "preprocess", "split", "probe", "explore"]
ONCE += ["choose", "ensemble", "compare", "refit", "submit", "report"]
SWEEPS = "stages/sweeps/dvc.yaml:"
# One family of each framework is enough for `evaluate`, which imports what `train` does.
ONE_OF_EACH = {block.framework: name for name, block in read_families().items()}.values()
EACH = [("train", family) for family in FAMILIES] + [("evaluate", name) for name in ONE_OF_EACH]


def python_files(stage):
    return {path for path in paths(stage.deps) if path.endswith(".py")}


@pytest.mark.parametrize(("stage", "family"), [(stage, "") for stage in ONCE] + EACH)
def test_declared_deps_are_the_import_closure(stages, stage, family):
    files, _ = probe(stage, family)
    declared = python_files(stages[f"{stage}@{family}" if family else stage])
    spare = set()
    if stage in ("refit", "submit"):
        spare = {f"stages/common/{name}.py" for name in LATE}
    elif stage == "train" and read_families()[family].framework == "keras_tf":
        # Keras keeps score itself, and the list of deps is one for all frameworks.
        spare = {"stages/common/scores.py"}
    assert declared - files == spare
    assert files <= declared


@pytest.mark.parametrize("stage", ["plan", "collect", "draw", "cross_validate"])
def test_declared_deps_of_the_sweeps_are_the_import_closure(stages, stage):
    files, _ = probe(stage)
    found = [each for each in stages.values() if f"-m stages.{stage}" in (each.cmd or "")]
    assert found
    # The plan reads the code that decides a fit; their frameworks need what comes late.
    spare = {"cross_validate": {f"stages/common/{name}.py" for name in LATE}}
    spare["plan"] = {path for path in SHARED if path not in files}
    for each in found:
        assert python_files(each) - files == spare.get(stage, set())
        assert files <= python_files(each)


def test_an_experiment_is_named_after_all_code_on_which_a_fit_depends(stages):
    for name, block in read_families().items():
        assert set(code(block)) == python_files(stages[f"train@{name}"])


def test_a_stage_that_opens_a_planned_family_declares_what_the_frameworks_share(stages):
    shared = set().union(*(probe("train", name)[0] for name in ONE_OF_EACH))
    shared = {file for file in shared if file.startswith("stages/common/")}
    for name in ("refit", "submit", f"{SWEEPS}cross_validate"):
        assert shared - {"stages/common/meter.py"} <= python_files(stages[name]), name


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_loads_its_own_library_and_no_other(family):
    framework = read_families()[family].framework
    files, modules = probe("train", family)
    assert HEAVY & modules == {OWN[framework]} & HEAVY if framework in OWN else not HEAVY & modules
    loaded = {file for file in files if file.startswith("stages/frameworks/")}
    assert loaded == {f"stages/frameworks/{framework}.py"}


def test_imports_run_one_way():
    """Shared nouns know neither frameworks nor stages; frameworks and models know no stage."""
    allowed = {"common": {"common"}, "frameworks": {"common"}, "models": {"common", "models"}}
    allowed["sources"] = {"common"}
    for layer, below in allowed.items():
        for file in (ROOT / "stages" / layer).glob("*.py"):
            lines = [
                line.split()[1]
                for line in file.read_text().splitlines()
                if "stages." in line and line.startswith(("from ", "import "))
            ]
            assert {line.split(".")[1] for line in lines} <= below, file


def test_every_stage_says_what_it_does(stages):
    assert all(stage.desc for stage in stages.values())


def leaves(tree, prefix=""):
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def test_every_params_leaf_is_tracked_by_some_stage(stages):
    tracked = {
        name
        for stage in stages.values()
        for dep in stage.deps
        for name in getattr(dep, "params", [])
    }
    content = yaml.safe_load((ROOT / "params.yaml").read_text())
    content.pop("search", None)  # a command's, which runs when it is called
    for leaf in leaves(content):
        parts = leaf.split(".")
        prefixes = {".".join(parts[: n + 1]) for n in range(len(parts))}
        assert prefixes & tracked, f"no stage reruns when {leaf} changes"


def test_only_a_familys_own_stages_and_what_ranks_them_all_see_its_params(stages):
    for name, stage in stages.items():
        seen = {param for dep in stage.deps for param in getattr(dep, "params", [])}
        families = {param for param in seen if param.startswith("families")}
        if name.startswith(("train@", "evaluate@")):
            assert families == {f"families.{name.split('@')[1]}"}
        else:
            sees_all = name in ("choose", "compare", "report", f"{SWEEPS}plan")
            assert families == ({"families"} if sees_all else set())


def test_every_fitted_model_is_an_artifact(stages):
    listed = yaml.safe_load((ROOT / "dvc.yaml").read_text())["artifacts"]
    assert set(listed) == {*FAMILIES, "final"}
    written = set().union(*(paths(stage.outs) for stage in stages.values()))
    for name, artifact in listed.items():
        assert artifact["path"] == f"data/models/{name}"
        assert artifact["path"] in written
        assert artifact["type"] == "model"
        assert artifact["desc"]
        assert "digits" in artifact["labels"]


def test_training_cannot_reach_a_test_row(stages):
    (split,) = [stage for name, stage in stages.items() if name == "split"]
    assert "data/split/test" in paths(split.outs)
    for name, stage in stages.items():
        if name.startswith("train@"):
            data = {path for path in paths(stage.deps) if path.startswith("data")}
            expected = {"train", "validation", "dataset.json"}
            assert data == {f"data/split/{part}" for part in expected}


def test_every_plot_is_written_by_a_stage_for_every_family(stages):
    content = yaml.safe_load((ROOT / "dvc.yaml").read_text())
    written = set().union(*(paths(stage.outs) for stage in stages.values()))
    kinds = {
        "calibration",
        "classes",
        "confusion",
        "errors",
        "one_vs_rest",
        "precision_recall",
        "roc",
    }
    own = kinds | {"epochs", "robustness"}
    for family in FAMILIES:
        assert {f"plots/{kind}/{family}.csv" for kind in own} <= written
    assert {f"plots/{kind}/ensemble.csv" for kind in kinds} <= written
    templates = {path.stem for path in (ROOT / ".dvc/plots").glob("*.json")}
    templates |= {template.DEFAULT_NAME for template in TEMPLATES}
    plots = [out for stage in stages.values() for out in stage.outs if out.plot]
    drawn = [out for out in plots if not out.def_path.endswith(".svg")]
    once = 12  # the members' curve, 5 of compare, 4 of explore, 2 of the report
    assert len(drawn) == len(own) * len(FAMILIES) + len(kinds) + once
    for out in drawn:
        assert out.plot["template"] in templates
        assert all(out.plot[key] for key in ("title", "x_label", "y_label")), out.def_path
    for plot in content.get("plots", []):
        assert set(plot) <= written


def test_committed_plots_have_the_columns_that_are_drawn(stages):
    import pandas as pd

    for stage in stages.values():
        for out in stage.outs:
            if out.plot and out.def_path.endswith(".csv"):
                columns = set(pd.read_csv(ROOT / out.def_path).columns)
                assert {out.plot["x"], out.plot["y"]} <= columns, out.def_path
