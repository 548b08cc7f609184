"""Small real data, and the project in a temporary clone."""

import gc
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path

import pytest
import yaml
from filelock import FileLock

from stages.core.files import read_json
from stages.core.rows import Rows
from stages.preprocess import read_rows
from stages.reading.published_files import copy_digits
from tests.small import FAMILIES, MEMBERS, NO_MIRROR, REPORT

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module", autouse=True)
def _lighter_collections() -> None:
    """Libraries that stay are looked through no more: statsmodels' `multipletests` collects garbage
    at each call, which takes seconds in a process that holds all of them."""
    gc.freeze()


@pytest.fixture(scope="session")
def digits(tmp_path_factory) -> Rows:
    """The 1,797 digits of scikit-learn in the form of MNIST."""
    folder = tmp_path_factory.mktemp("raw")
    copy_digits(folder)
    return read_rows(folder, "train", read_json(folder / "dataset.json"))


class Project:
    """A copy of the working tree in a git repository of its own."""

    def __init__(self, folder: Path):
        self.folder = folder

    def run(self, *command: str, check: bool = True, **environment: str):
        """Run a command there to its end."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment() | environment,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        if check and done.returncode:
            pytest.fail(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
        return done

    def start(self, *command: str, **options) -> subprocess.Popen:
        """Start a command there, without a mirror, in a process group of its own."""
        environment = self._environment() | NO_MIRROR
        return subprocess.Popen(
            command, cwd=self.folder, env=environment, start_new_session=True, **options
        )

    @staticmethod
    def _environment() -> dict[str, str]:
        """This process's, with this Python's programs first on the PATH."""
        programs = Path(sys.executable).parent
        return os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}

    def dvc(self, *arguments: str, **environment: str) -> str:
        """What DVC prints on standard output."""
        return self.run("dvc", *arguments, **environment).stdout

    def stages_run(self, output: str) -> list[str]:
        """The stages that `dvc repro` says it ran."""
        lines = output.splitlines()
        return [line.split("'")[1] for line in lines if line.startswith("Running stage '")]

    def restore(self) -> None:
        """Go back to the last commit, whatever git believes of files written within a second."""
        for written in ("metrics", "plots"):
            shutil.rmtree(self.folder / written, ignore_errors=True)
        self.run("git", "checkout", "-q", "HEAD", "--", ".")
        self.dvc("checkout", "dvc.yaml")

    def params(self) -> dict:
        """What params.yaml holds."""
        return yaml.safe_load((self.folder / "params.yaml").read_text())

    def set_params(self, **values) -> None:
        """Set params by their dotted keys, written with __ for the dots."""
        content = self.params()
        for key, value in values.items():
            *path, last = key.split("__")
            reduce(dict.__getitem__, path, content)[last] = value
        text = yaml.safe_dump(content, sort_keys=False)
        (self.folder / "params.yaml").write_text(text)

    def commit(self, message: str) -> None:
        """Commit all that lies there."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", message)

    def begin_on_digits(self, families: dict, **values) -> None:
        """Set params for the small digits, and forget what has been found on others."""
        self.set_params(families=families, download__dataset="digits", **values)
        written = ["dvc.lock", "stages/experiments/dvc.lock", "metrics", "plots"]
        self.run("git", "rm", "-qrf", "--ignore-unmatch", *written)

    def replace(self, file: str, old: str, new: str) -> None:
        """Change a text that occurs once in a file."""
        path = self.folder / file
        text = path.read_text()
        assert text.count(old) == 1, f"{file}: {old!r} occurs {text.count(old)} times"
        path.write_text(text.replace(old, new))


def copy_project(folder: Path) -> Project:
    """The files that git tracks or would track, committed in a new repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    project = Project(folder)
    project.run("git", "init", "-q")
    project.run("git", "config", "user.name", "Test")
    project.run("git", "config", "user.email", "test@localhost")
    project.commit("The project")
    return project


@pytest.fixture(scope="session")
def new_clone(tmp_path_factory) -> Callable[[], Project]:
    """Makes fresh clones: no data, no cache."""
    return lambda: copy_project(tmp_path_factory.mktemp("project") / "clone")


def pytest_configure() -> None:
    """What a shell starts in the background ignores Ctrl-C, and so would all that tests start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first, as no worker can take a part of one: those of the DAG's run, of
    other clones, then what looks at that run."""

    def place(item: pytest.Item) -> int:
        if "tests/pipeline/test_run.py" in item.nodeid:
            return 0
        return 1 if "new_clone" in item.fixturenames else 2 if "ran" in item.fixturenames else 3

    places: dict[str, int] = {}  # a file's tests stay together
    for item in items:
        file = item.nodeid.split("::")[0]
        places[file] = min(places.get(file, 3), place(item))
    items.sort(key=lambda item: places[item.nodeid.split("::")[0]])


@pytest.fixture(scope="session")
def ran(tmp_path_factory, worker_id) -> Project:
    """A clone in which `dvc repro` has run on the digits with a few families, committed.

    It runs once, whatever the number of workers; each has a copy of its own.
    """
    own = tmp_path_factory.getbasetemp()
    shared = (own if worker_id == "master" else own.parent) / "ran"
    with FileLock(f"{shared}.lock"):
        if not (shared / ".git/ran").exists():
            run_on_digits(copy_project(shared))
            (shared / ".git/ran").touch()
    copy = own / "ran_copy"
    shutil.copytree(shared, copy, symlinks=True)
    project = Project(copy)
    project.run("git", "status")  # its index still has the times of the shared files
    project.output = (copy / ".git/ran_output").read_text()
    return project


def run_on_digits(project: Project) -> None:
    """Run the DAG there, and commit."""
    families = project.params()["families"]
    project.begin_on_digits(
        {name: families[name] for name in FAMILIES},
        ensemble__members=MEMBERS,
        report=REPORT,
        gate={"floors": {}},
    )
    output = project.run("python", "-m", "stages", "repro", **NO_MIRROR).stdout
    project.commit("On the digits")
    (project.folder / ".git/ran_output").write_text(output)
