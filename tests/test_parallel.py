"""Families side by side, killed and gone on with, against plain `dvc repro`."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from stages import parallel
from stages.common.errors import UserError
from stages.parallel import longest_first, read_jobs, run_families, with_room
from tests.small import NO_MIRROR

FAMILIES = ["logistic", "knn", "mlp_64"]
SECONDS = re.compile(
    r"metrics/(costs|speed)(/.*)?|metrics/final_costs\.json|plots/costs\..*"
    r"|metrics/report\.md|plots/report\.html"
)


def small(new_clone):
    """A clone on the digits with few families and no dvc.lock: every place in it is new."""
    project = new_clone()
    families = project.params()["families"]
    project.begin_on_digits(
        families={name: families[name] for name in FAMILIES},
        ensemble__members=["knn", "mlp_64"],
        report={
            "parity": ["mlp_64"],
            "one_vs_rest": {"label": "5", "families": ["logistic", "knn"]},
        },
    )
    project.commit("On the digits, nothing run yet")
    return project


@pytest.fixture(scope="module")
def plain(new_clone):
    project = small(new_clone)
    project.dvc("repro", **NO_MIRROR)
    return project


@pytest.fixture(scope="module")
def killed(new_clone):
    """A clone whose run was killed at seeded moments before it came to its end."""
    project, rng = small(new_clone), random.Random(0)
    project.outputs, project.done = [], []
    for results in (0, 1, 1, 1):
        project.done.append(fitted(project))
        project.outputs.append(kill_after(project, results, rng.uniform(0, 3)))
    project.done.append(fitted(project))
    project.outputs.append(
        project.run(sys.executable, "-m", "stages.parallel", "2", **NO_MIRROR).stdout
    )
    return project


def kill_after(project, results, seconds):
    """End a run and its children with SIGKILL, so long after its families have begun to write so
    many results into dvc.lock; what it said."""
    said = project.folder.parent / "said.txt"
    with said.open("w") as file:
        command = (sys.executable, "-m", "stages.parallel", "2")
        process = project.start(*command, stdout=file, stderr=subprocess.STDOUT)
        while len(written_since(said.read_text())) <= results:
            assert process.poll() is None, said.read_text()
            time.sleep(0.05)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return said.read_text()


def written_since(said):
    """The parts into which the results cut what is said from the families' start; none before."""
    start = said.find("families to run")
    return said[start:].split("Updating lock file") if start >= 0 else []


def fitted(project):
    """The families that dvc.lock says are fitted; none where the kill has torn it."""
    try:
        stages = yaml.safe_load((project.folder / "dvc.lock").read_text())["stages"]
    except (OSError, TypeError, yaml.YAMLError):
        return set()
    return {name for name in FAMILIES if "outs" in (stages.get(f"train@{name}") or {})}


def lock(project):
    """dvc.lock as text without what hangs on seconds; in order of names: DVC appends to a lock that
    a kill has torn."""
    content = yaml.safe_load((project.folder / "dvc.lock").read_text())
    for stage in content["stages"].values():
        for key in ("deps", "outs"):
            stage[key] = [each for each in stage[key] if not SECONDS.fullmatch(each["path"])]
    return yaml.safe_dump(content)


def files(project):
    """{path: bytes} of all that stages write, without the files that hold seconds."""
    found = {}
    for folder in ("data", "metrics", "plots"):
        for file in (project.folder / folder).rglob("*"):
            path = str(file.relative_to(project.folder))
            if file.is_file() and not path.startswith("data/live") and not SECONDS.fullmatch(path):
                found[path] = file.read_bytes()
    return found


def test_a_killed_run_goes_on_to_what_plain_repro_gives(plain, killed):
    assert lock(killed) == lock(plain)
    ours, theirs = files(killed), files(plain)
    assert set(ours) == set(theirs)
    assert [path for path in theirs if ours[path] != theirs[path]] == []
    assert "Data and pipelines are up to date." in killed.dvc("repro")


def test_what_was_fitted_before_a_kill_is_not_fitted_again(killed):
    assert any(killed.done), "every kill came before the first fit was done"
    for done, output in zip(killed.done, killed.outputs, strict=True):
        again = {f"train@{name}" for name in done} & set(killed.stages_run(output))
        assert not again, output


def test_a_failing_family_fails_the_run_and_the_others_are_kept(plain):
    before = (plain.folder / "metrics/scores/knn.json").read_bytes()
    plain.set_params(families__mlp_64__fit__epochs=-1, families__knn__build__neighbors=1)
    done = plain.run(sys.executable, "-m", "stages.parallel", "2", check=False)
    assert done.returncode == 1
    own, last = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert own.startswith("error: params.yaml: families.mlp_64.fit.epochs: got -1")
    assert last.startswith("error: 1 of 2 families failed: mlp_64 ")
    assert "Traceback" not in done.stdout + done.stderr
    assert set(plain.stages_run(done.stdout)) == {"train@mlp_64", "train@knn", "evaluate@knn"}
    assert (plain.folder / "metrics/scores/knn.json").read_bytes() != before
    told = plain.dvc("status", "train@knn", "evaluate@knn")
    assert "up to date" in told
    plain.run("git", "checkout", "-q", "params.yaml")


def test_an_interrupt_is_one_line_and_loses_nothing(plain):
    plain.set_params(families__logistic__seed=1, families__knn__seed=1)
    pipe = subprocess.PIPE
    process = plain.start(
        sys.executable, "-m", "stages.parallel", "1", stdout=pipe, stderr=pipe, text=True
    )
    said = []
    for line in process.stdout:
        said.append(line)
        if len([each for each in said if each.startswith("Running stage 'train@")]) == 2:
            break
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.splitlines()[-1].startswith("error: interrupted; the same command goes on")
    first = "".join(said).split("train@")[1].split("'")[0]
    assert "up to date" in plain.dvc("status", f"train@{first}")
    plain.run("git", "checkout", "-q", "params.yaml")


@pytest.mark.parametrize("text", ["0", "-1", "two", ""])
def test_a_number_of_jobs_is_from_one(text):
    with pytest.raises(UserError, match=r"make repro-parallel: JOBS: got .*; expected a number"):
        read_jobs(text)


def test_the_longest_fit_comes_first_and_an_unknown_one_before_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("metrics/costs").mkdir(parents=True)
    for name, seconds in (("short", 1), ("long", 9)):
        text = f'{{"{name}": {{"train": {{"seconds": {seconds}}}}}}}'
        Path(f"metrics/costs/{name}.json").write_text(text)
    assert longest_first(["short", "new", "long"]) == ["new", "long", "short"]


@pytest.mark.parametrize(
    ("cores", "threads", "jobs", "most"),
    [(2, 2, 2, 1), (16, 4, 4, 4), (16, 4, 2, 2), (8, 4, 4, 2), (1, 2, 2, 1)],
)
def test_no_more_have_room_than_have_a_core_for_each_thread(
    monkeypatch, cores, threads, jobs, most
):
    monkeypatch.setenv("THREADS", str(threads))
    monkeypatch.setattr(parallel.os, "sched_getaffinity", lambda _: set(range(cores)))
    assert with_room(jobs) == most


def test_families_that_want_all_cores_come_first_and_alone(monkeypatch):
    names, asked = ["logistic", "lenet5", "spark_mlp", "knn", "keras_mlp"], []

    def side_by_side(runs, jobs):
        asked.append(([run[1].removeprefix("train@") for run in runs], jobs))
        return [run[1] != "train@knn" for run in runs]

    monkeypatch.setattr(parallel, "changed", set)
    monkeypatch.setattr(parallel, "longest_first", sorted)
    monkeypatch.setattr(parallel, "with_room", lambda jobs: 1)
    monkeypatch.setattr(parallel, "side_by_side", side_by_side)
    with pytest.raises(UserError, match=r"^1 of 5 families failed: knn "):
        run_families(names, 2)
    assert asked == [(["keras_mlp", "lenet5", "spark_mlp"], 1), (["knn", "logistic"], 2)]


@pytest.mark.parametrize(("flags", "jobs"), [(["-j", "3"], 3), (["JOBS=4"], 4), ([], 2)])
def test_make_hands_the_number_of_jobs_on(flags, jobs):
    root = Path(__file__).parent.parent
    command = ["make", "--dry-run", "--old-file", ".venv/bin/.installed", *flags, "repro-parallel"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert f"python -m stages.parallel {jobs}\n" in done.stdout
