"""The whole DAG on data that are not MNIST: what a user brings, and what comes out."""

import json
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageDraw, ImageFont

FAMILIES = ["logistic", "random_forest"]
FONTS = sorted(
    (Path(matplotlib.get_data_path()) / "fonts/ttf").glob("DejaVuS*[!y].ttf")
)  # no Display
LETTERS = "AW"


@pytest.fixture
def repro(new_clone):
    """Runs the whole DAG on a data set with two quick families; returns the clone."""

    def repro(dataset, source):
        project = new_clone()
        families = project.params()["families"]
        project.set_params(
            families={name: families[name] for name in FAMILIES},
            download__dataset=dataset,
            download__source=str(source),
            ensemble__members=FAMILIES,
            report={"parity": [], "one_vs_rest": {"label": "5", "families": FAMILIES}},
            probe__corruptions={"shift": [1], "blur": [1]},
        )
        project.output = project.run("python", "-m", "stages", "repro").stdout
        return project

    return repro


def told(project, name="random_forest"):
    return json.loads((project.folder / f"metrics/{name}.json").read_text())["test"]


def pages(project):
    return [
        (project.folder / name).read_text() for name in ("metrics/report.md", "plots/report.html")
    ]


def classes_of(project):
    """The names of the classes in every table that has such a column."""
    found = {}
    for kind in ("classes", "one_vs_rest", "roc", "confusion"):
        column = "actual" if kind == "confusion" else "class"
        table = pd.read_csv(project.folder / f"plots/compare/{kind}.csv", dtype={column: str})
        found[kind] = set(table[column])
    return found


def test_kaggles_pair_gets_a_submission(repro, digits, tmp_path):
    names = [f"pixel{n}" for n in range(784)]
    flat = digits.images.reshape(-1, 784)
    train = pd.DataFrame(flat[:1400], columns=names)
    train.insert(0, "label", digits.labels[:1400])
    (tmp_path / "kaggle").mkdir()
    train.to_csv(tmp_path / "kaggle/train.csv", index=False)
    # Ten of the training rows among those to be labelled: this must be told.
    test = np.concatenate([flat[1400:], flat[:10]])
    pd.DataFrame(test, columns=names).to_csv(tmp_path / "kaggle/test.csv", index=False)
    project = repro("csv", tmp_path / "kaggle")

    table = pd.read_csv(project.folder / "data/submission/submission.csv")
    assert list(table.columns) == ["ImageId", "Label"]
    assert table["ImageId"].tolist() == list(range(1, 408))
    truth = np.concatenate([digits.labels[1400:], digits.labels[:10]])
    assert (table["Label"] == truth).mean() > 0.8
    source = str(tmp_path / "kaggle/test.csv")
    asked = project.run("python", "-m", "stages", "predict", source).stdout.splitlines()
    assert [line.split(",")[1] for line in asked[1:]] == table["Label"].astype(str).tolist()

    facts = json.loads((project.folder / "metrics/dataset.json").read_text())
    assert facts == {
        "name": "kaggle",
        "classes": 10,
        "train": 933,
        "validation": 187,
        "test": 280,
        "test_set": "held out",
    }
    assert "the test rows are held out" in project.output
    for page in pages(project):
        assert "kaggle has no test set of its own: 280 of its rows" in page
        assert "rows without a label occur among the training rows" in page
    # The data are dependencies: nothing to do until they change.
    assert "up to date" in project.dvc("repro")
    train[:-1].to_csv(tmp_path / "kaggle/train.csv", index=False)
    assert "download" in project.stages_run(project.dvc("repro", "download"))


def letter(name, rng):
    """A letter in one of several fonts, dark on light, turned a little."""
    font = ImageFont.truetype(str(FONTS[rng.integers(len(FONTS))]), int(rng.integers(40, 70)))
    picture = Image.new("L", (120, 120), 255)
    ImageDraw.Draw(picture).text((60, 60), name, 0, font, anchor="mm")
    turned = picture.rotate(float(rng.uniform(-8, 8)), Image.Resampling.BICUBIC, fillcolor=255)
    return np.asarray(turned)


def test_a_folder_of_pictures_of_two_classes_with_names(repro, tmp_path):
    rng, names = np.random.default_rng(0), {f"letter {name}" for name in LETTERS}
    for n in range(200):
        letters, name = letter(LETTERS[n % 2], rng), f"letter {LETTERS[n % 2]}"
        path = tmp_path / f"scans/{'train' if n < 140 else 'test'}/{name}/{n}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(255 - letters if n % 3 else letters).save(path)
    project = repro("folder", tmp_path / "scans")
    facts = json.loads((project.folder / "metrics/dataset.json").read_text())
    assert (facts["name"], facts["test"], facts["test_set"]) == ("scans", 60, "its own")
    assert told(project)["accuracy"] > 0.9
    assert all(found == names for found in classes_of(project).values())
    assert set(pd.read_csv(project.folder / "metrics/leaderboard.csv")["family"]) >= set(FAMILIES)
    assert not (project.folder / "data/submission/submission.csv").exists()
    assert "there is no class '5'; shown instead: 'letter " in project.output
    markdown, html = pages(project)
    assert " or not letter " in markdown
    assert all(name in html for name in names)
    assert "no test set of its own" not in markdown + html
    kept = json.loads((project.folder / "data/models/final/family.json").read_text())["classes"]
    assert set(kept) == names
    Image.fromarray(letter("W", rng)).save(tmp_path / "w.png")
    answer = project.run("python", "-m", "stages", "predict", str(tmp_path / "w.png")).stdout
    assert answer.splitlines()[1].split(",")[1] == "letter W"
