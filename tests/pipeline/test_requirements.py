"""requirements.lock is what is installed, and what pyproject.toml asks for."""

import ast
import sysconfig
import tomllib
from importlib.metadata import (
    PackageNotFoundError,
    distributions,
    packages_distributions,
    version,
)
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent.parent
LINES = (ROOT / "requirements.lock").read_text().splitlines()
LOCKED = {
    canonicalize_name(requirement.name): requirement
    for requirement in map(Requirement, (line for line in LINES if line and line[0] not in "#-"))
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
# Tools of the virtual environment itself, and the project, where it is installed too.
VENV = {"pip", "setuptools", "digits"}


def test_every_line_pins_one_version_and_no_address():
    assert len(LOCKED) > 100
    for name, requirement in LOCKED.items():
        (pin,) = requirement.specifier
        assert pin.operator == "==", name
        assert "*" not in pin.version, name
        assert requirement.url is None, name
        assert Version(pin.version).local is None, f"{name}: a build tag ties it to one index"


def test_what_is_installed_is_what_is_locked():
    wrong = {}
    for name, requirement in LOCKED.items():
        try:
            found = Version(version(name))
        except PackageNotFoundError:
            found = None
        if found is None or not requirement.specifier.contains(found.public):
            wrong[name] = f"{found}, locked {requirement.specifier}"
    assert not wrong


def test_nothing_else_is_installed():
    installed = {
        canonicalize_name(each.metadata["Name"])
        for each in distributions(path=[sysconfig.get_path("purelib")])
    }
    assert installed - set(LOCKED) <= VENV


@pytest.mark.parametrize("name", ["scikit_learn", "keras_tf", "pytorch", "spark_ml"])
def test_what_a_framework_hangs_on_is_locked_in_its_file(name):
    """So that a new version in the lock changes that file, and fits its families again."""
    nodes = ast.parse((ROOT / f"stages/frameworks/{name}.py").read_text())
    (packages,) = (
        ast.literal_eval(node.value)
        for node in nodes.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PACKAGES"
    )
    for package, pinned in packages.items():
        assert str(LOCKED[package].specifier) == f"=={pinned}", f"{package} in {name}.py"
    imported = {alias.name for node in ast.walk(nodes) for alias in getattr(node, "names", [])}
    imported |= {getattr(node, "module", None) or "" for node in ast.walk(nodes)}
    known = packages_distributions()
    hung_on = {known[each][0] for each in {one.split(".")[0] for one in imported} & {*known}}
    assert hung_on - {"pydantic"} <= packages.keys()


def test_the_lock_serves_pyproject():
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    for requirement in map(Requirement, wanted):
        (pin,) = LOCKED[canonicalize_name(requirement.name)].specifier
        assert requirement.specifier.contains(pin.version), requirement
