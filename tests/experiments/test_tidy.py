import json
from pathlib import Path

import pytest
import yaml
from dvc.repo import Repo

from stages.core.errors import UserError
from stages.experiments.tidy import tidy

FAMILY = {"framework": "x", "model": "x", "seed": 0, "build": {}, "fit": {}}
SCORES = {"test": {"accuracy": 0.5}, "validation": {"accuracy": 0.5}}
OWN = "stages/experiments"


def sweep(family):
    return {"title": family, "families": [family], "seeds": [0]}


def each_of(what, command, **outs):
    return {"foreach": f"${{{what}}}", "do": {"cmd": command} | outs}


def write(path, content):
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(content, sort_keys=False))


def name_in_params(*families):
    """These families, a sweep for each and a search of each."""
    write("params.yaml", {"families": dict.fromkeys(families, FAMILY)})
    sweeps = {f"of_{family}": sweep(family) for family in families}
    spaces = {family: {"build.x": {"choices": [1, 2]}} for family in families}
    write(f"{OWN}/experiments.yaml", {"sweeps": sweeps, "search": {"seed": 0, "spaces": spaces}})


def project(folder, monkeypatch, *families):
    """One that has run with these families, and holds files of its user's."""
    folder.mkdir()
    monkeypatch.chdir(folder)
    name_in_params(*families)
    model, fit = "data/models/${key}", "data/fits/${key}.json"
    metrics = [{"metrics/${key}.json": {"cache": False}}]
    train = f"mkdir -p {model} data/fits; echo ${{key}} | tee {model}/w > {fit}"
    scores = f"mkdir -p metrics; echo '{json.dumps(SCORES)}' > metrics/${{key}}.json"
    stages = {
        "train": each_of("families", train, outs=[model, fit], params=["families.${key}"]),
        "evaluate": each_of("families", scores, deps=[model], metrics=metrics),
    }
    write("dvc.yaml", {"stages": stages})
    table, picture = "metrics/sweeps/${key}.csv", "plots/sweeps/${key}.svg"
    draw = f"mkdir -p metrics/sweeps plots/sweeps; echo ${{key}} | tee {table} > {picture}"
    collect = each_of("sweeps", draw, wdir="../..", outs=[table, picture])
    write(f"{OWN}/dvc.yaml", {"vars": ["experiments.yaml:sweeps"], "stages": {"collect": collect}})
    with Repo.init(no_scm=True) as repo:
        repo.reproduce(["dvc.yaml", f"{OWN}/dvc.yaml"])
    for family in families:
        write(f"metrics/search/{family}.csv", "")
        write(f"plots/search/{family}.svg", "")
    for own in ("metrics/dataset.json", "data/own/mine.json", "plots/mine.svg"):
        write(own, "mine")


def content(folder):
    """All files but DVC's own, and folders as None."""
    paths = [path for path in folder.rglob("*") if ".dvc" not in path.parts]
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in paths
    }


def test_it_leaves_what_a_project_has_that_never_knew_them(tmp_path, monkeypatch, capsys):
    project(tmp_path / "never", monkeypatch, "a", "b")
    project(tmp_path / "once", monkeypatch, "a", "gone", "b")
    name_in_params("a", "b")
    Path("metrics/long_gone.json").write_text(json.dumps(SCORES))  # in no lock any more
    before = content(tmp_path / "once")
    capsys.readouterr()
    tidy(dry=True)
    told = capsys.readouterr().out
    assert content(tmp_path / "once") == before
    tidy(dry=False)
    assert capsys.readouterr().out == told.replace("would remove", "removes")
    assert content(tmp_path / "once") == content(tmp_path / "never")
    assert told.splitlines() == [
        "would remove data/fits/gone.json",
        "would remove data/models/gone",
        "would remove metrics/gone.json",
        "would remove metrics/long_gone.json",
        "would remove metrics/search/gone.csv",
        "would remove metrics/sweeps/of_gone.csv",
        "would remove plots/search/gone.svg",
        "would remove plots/sweeps/of_gone.svg",
        "would remove train@gone in dvc.lock",
        "would remove evaluate@gone in dvc.lock",
        f"would remove collect@of_gone in {OWN}/dvc.lock",
    ]
    tidy(dry=False)
    assert capsys.readouterr().out == "tidy: nothing is left over\n"


def test_what_a_living_stage_writes_and_what_is_no_stages_stays(tmp_path, monkeypatch):
    project(tmp_path / "one", monkeypatch, "a")
    stages = yaml.safe_load(Path("dvc.yaml").read_text())["stages"]
    stages = {f"new_{name}": stage for name, stage in stages.items()}
    write("dvc.yaml", {"stages": stages})
    lock = yaml.safe_load(Path("dvc.lock").read_text())
    living = ["data", "data/models/a/w"]
    foreign = ["../others", "data/../../others", str(tmp_path / "others"), "stages/code", "."]
    for path in foreign[:4]:
        Path(path).mkdir(parents=True, exist_ok=True)
    outs = [{"path": path} for path in [*living, *foreign]]
    lock["stages"]["old"] = {"cmd": "x", "outs": outs}
    write("dvc.lock", lock)
    before = content(tmp_path / "one")
    tidy(dry=False)
    assert content(tmp_path / "one") | {"dvc.lock": before["dvc.lock"]} == before
    assert yaml.safe_load(Path("dvc.lock").read_text())["stages"] == {}
    assert (tmp_path / "others").is_dir()


def test_of_a_link_only_the_link_goes(tmp_path, monkeypatch):
    """DVC links outputs to its cache where it is told so."""
    project(tmp_path / "one", monkeypatch, "a", "gone")
    Path("data/models/gone").rename(tmp_path / "cached")
    Path("data/models/gone").symlink_to(tmp_path / "cached")
    Path("data/fits/dangling.json").symlink_to(tmp_path / "nothing")
    name_in_params("a")
    tidy(dry=False)
    assert [path.name for path in Path("data").glob("*/*")] == ["mine.json", "a", "a.json"]
    assert (tmp_path / "cached/w").exists()


def test_a_mistake_is_one_line_and_nothing_is_removed(tmp_path, monkeypatch):
    project(tmp_path / "one", monkeypatch, "a")
    write("params.yaml", {"families": {"b": FAMILY}})
    monkeypatch.setattr("dvc.lock.DEFAULT_TIMEOUT", 0)
    before = content(tmp_path / "one").keys()
    with pytest.raises(UserError, match="experiments.yaml: sweeps.of_a.families: unknown family"):
        tidy(dry=False)
    name_in_params("b")
    with Repo() as repo, repo.lock, pytest.raises(UserError, match="^tidy: .*lock"):
        tidy(dry=False)
    assert content(tmp_path / "one").keys() == before
