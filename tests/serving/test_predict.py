import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from PIL import Image

from stages.core.errors import run
from stages.core.files import write_json
from stages.core.params import read_families
from stages.fitting.epochs import EpochLog
from stages.frameworks.contract import open_block
from stages.reading.idx import write_idx
from stages.serving import predict

ROOT = Path(__file__).parent.parent
CLASSES = [f"digit {n}" for n in range(10)]  # names, so that no index passes for one
HELD_OUT = slice(500, 700)


@pytest.fixture(scope="module")
def trained(digits, tmp_path_factory):
    """A project of two fitted families: `logistic`, the final model too, and `sgd`."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "params.yaml", folder)
    write_json(folder / "data/split/dataset.json", {"classes": CLASSES})
    few = digits.take(np.arange(500))
    models = {}
    for name in ("logistic", "sgd"):
        block = read_families()[name]
        family = open_block(name, block, 10)
        with EpochLog(name, folder / "live") as log:
            models[name] = family.fit(few, few, log)
        (folder / "data/models" / name).mkdir(parents=True)
        family.framework.save(models[name], folder / "data/models" / name)
        if name == "logistic":
            shutil.copytree(folder / "data/models/logistic", folder / "data/models/final")
            description = {"family": name, "params": block.model_dump(), "classes": CLASSES}
            write_json(folder / "data/models/final/family.json", description)
    return folder, models


@pytest.fixture
def ask(trained, monkeypatch, capsys):
    """Runs the command in the project; returns (exit status or message, stdout, stderr)."""
    monkeypatch.chdir(trained[0])

    def ask(*arguments):
        monkeypatch.setattr(sys, "argv", ["predict", *map(str, arguments)])
        status = 0
        try:
            run(predict.main)
        except SystemExit as stop:
            status = stop.code
        return status, *capsys.readouterr()

    return ask


@pytest.fixture
def rows(digits):
    return digits.take(np.arange(HELD_OUT.start, HELD_OUT.stop))


@pytest.fixture
def probabilities(trained, rows):
    """(200, 10) by hand: softmax of the weights times the square root of 0..1."""
    weights = trained[1]["logistic"][-1]
    pixels = np.sqrt(rows.images.reshape(200, 784) / 255)
    logits = pixels @ weights.coef_.T + weights.intercept_
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def save_all(folder, images):
    folder.mkdir()
    for n, image in enumerate(images):
        Image.fromarray(image).save(folder / f"{n:03}.png")
    return folder


def test_rows_get_the_models_own_labels_and_probabilities(ask, tmp_path, rows, probabilities):
    write_idx(tmp_path / "images", rows.images)
    status, out, err = ask(tmp_path / "images")
    assert (status, err) == (0, "")
    lines = table(out)
    order = np.argsort(-probabilities, axis=1)
    assert [line["source"] for line in lines] == [f"{tmp_path}/images:{n}" for n in range(200)]
    assert [line["label"] for line in lines] == [CLASSES[n] for n in order[:, 0]]
    assert [line["runner_up"] for line in lines] == [CLASSES[n] for n in order[:, 1]]
    for column, place in (("probability", 0), ("runner_up_probability", 1)):
        found = [float(line[column]) for line in lines]
        expected = np.take_along_axis(probabilities, order, axis=1)[:, place]
        np.testing.assert_allclose(found, expected, atol=1e-5)
    right = np.mean(
        [line["label"] == CLASSES[n] for line, n in zip(lines, rows.labels, strict=True)]
    )
    assert right > 0.7


def test_every_kind_of_source_gives_the_same(ask, tmp_path, rows):
    write_idx(tmp_path / "a", rows.images)
    np.savez_compressed(tmp_path / "b.npz", x_test=rows.images, y_test=rows.labels)
    labelled = np.column_stack([rows.labels, rows.images.reshape(200, -1)])
    header = ",".join(["label", *(f"pixel{n}" for n in range(784))])
    np.savetxt(tmp_path / "c.csv", labelled, "%d", ",", header=header, comments="")
    np.savetxt(tmp_path / "d.csv", labelled, "%d", ",")
    folder = save_all(tmp_path / "e", rows.images)
    answers = []
    for source in (
        tmp_path / "a",
        tmp_path / "b.npz",
        tmp_path / "c.csv",
        tmp_path / "d.csv",
        folder,
    ):
        status, out, _ = ask(source)
        assert status == 0
        lines = table(out)
        assert len({line.pop("source") for line in lines}) == 200
        answers.append(lines)
    assert all(each == answers[0] for each in answers[1:])


def test_scanned_digits_are_read_as_well_as_plain_ones(ask, tmp_path, rows):
    rng = np.random.default_rng(0)
    (tmp_path / "scans").mkdir()
    for n, image in enumerate(rows.images):
        sheet = np.zeros((200, 220), np.uint8)
        top, left = rng.integers(0, (60, 80))
        sheet[top : top + 140, left : left + 140] = cv2.resize(image, (140, 140))
        Image.fromarray(255 - sheet).save(tmp_path / f"scans/{n:03}.png")
    plain = table(ask(save_all(tmp_path / "plain", np.pad(rows.images, [(0,), (6,), (6,)])))[1])
    scans = table(ask(tmp_path / "scans")[1])
    same = np.mean([a["label"] == b["label"] for a, b in zip(plain, scans, strict=True)])
    assert same > 0.9


def test_json_lines_and_the_best_few(ask, tmp_path, rows, probabilities):
    write_idx(tmp_path / "images", rows.images[:5])
    _, out, _ = ask(tmp_path / "images", "--format", "jsonl", "--top", 10)
    for line, expected in zip(map(json.loads, out.splitlines()), probabilities, strict=False):
        found = {line[f"label_{n}"]: line[f"probability_{n}"] for n in range(1, 11)}
        np.testing.assert_allclose([found[name] for name in CLASSES], expected, atol=1e-5)
    assert len(out.splitlines()) == 5


def test_doubtful_digits_are_rejected_and_counted(ask, tmp_path, rows, probabilities):
    write_idx(tmp_path / "images", rows.images)
    _, out, err = ask(tmp_path / "images", "--reject", 0.9)
    doubtful = probabilities.max(axis=1) < 0.9
    assert 0 < doubtful.sum() < 200
    assert [line["label"] == "" for line in table(out)] == doubtful.tolist()
    assert err == f"rejected: {doubtful.sum()} digits below 0.9\n"


def test_a_family_without_probabilities_has_scores(ask, trained, tmp_path, rows):
    write_idx(tmp_path / "images", rows.images)
    status, out, _ = ask(tmp_path / "images", "--family", "sgd")
    lines = table(out)
    scores = trained[1]["sgd"].decision_function(rows.images.reshape(200, -1) / np.float32(255))
    assert status == 0
    assert list(lines[0]) == ["source", "label", "score", "runner_up", "runner_up_score"]
    assert [line["label"] for line in lines] == [CLASSES[n] for n in scores.argmax(axis=1)]
    np.testing.assert_allclose(
        [float(line["score"]) for line in lines], scores.max(axis=1), rtol=1e-4, atol=1e-4
    )
    status, out, _ = ask(tmp_path / "images", "--family", "sgd", "--reject", 0.5)
    assert status.startswith("error: --reject: sgd gives scores that are no probabilities")
    assert out == ""


def test_blank_pictures_are_warned_of_and_have_no_label(ask, tmp_path, rows):
    folder = save_all(tmp_path / "pictures", rows.images[:2])
    for n in range(5):
        Image.new("L", (50, 50), 255).save(folder / f"blank{n}.png")
    status, out, err = ask(folder)
    assert status == 0
    assert [line["label"] == "" for line in table(out)] == [False] * 2 + [True] * 5
    assert err.startswith(f"warning: {folder}/blank0.png, ")
    assert err.endswith("blank2.png and 2 more: blank, no digit to be seen\n")
    assert err.count("\n") == 1


def test_standard_input(ask, monkeypatch, rows, probabilities):
    file = io.BytesIO()
    Image.fromarray(rows.images[0]).save(file, "PNG")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(file.getvalue())))
    (line,) = table(ask("-")[1])
    assert line["source"] == "-"
    assert line["label"] == CLASSES[probabilities[0].argmax()]


def test_output_holds_what_would_be_printed(ask, tmp_path, rows):
    write_idx(tmp_path / "images", rows.images)
    _, printed, _ = ask(tmp_path / "images")
    status, out, err = ask(tmp_path / "images", "--output", tmp_path / "new/answers.csv")
    assert (status, out, err) == (0, "", "")
    assert (tmp_path / "new/answers.csv").read_text() == printed


def test_a_mistake_in_the_last_row_leaves_the_old_output(ask, tmp_path, rows):
    flat = np.tile(rows.images.reshape(200, -1).astype(int), (6, 1))
    flat[-1, 5] = 300
    with (tmp_path / "a.csv").open("w") as file:
        csv.writer(file).writerows(flat)
    (tmp_path / "answers.csv").write_text("old")
    status, out, err = ask(tmp_path / "a.csv", "--output", tmp_path / "answers.csv")
    assert status.startswith(f"error: {tmp_path}/a.csv:1199: pixel5: got 300, expected")
    assert (out, err) == ("", "")
    assert (tmp_path / "answers.csv").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "answers.csv"]


def test_file_names_that_are_no_text(ask, tmp_path, rows):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png")
    with open(name, "wb") as file:  # noqa: PTH123
        Image.fromarray(rows.images[0]).save(file, "PNG")
    status, _, _ = ask(name, "--output", tmp_path / "answers.csv")
    assert status == 0
    assert b"\xff.png,digit" in (tmp_path / "answers.csv").read_bytes()


@pytest.mark.parametrize("label", ["digit", "784", "-1"])
def test_a_label_elsewhere_is_left_aside(ask, tmp_path, rows, label):
    flat = rows.images.reshape(200, -1)
    names = ",".join([*(f"pixel{n}" for n in range(784)), "digit"])
    last = np.column_stack([flat, rows.labels])
    np.savetxt(tmp_path / "a.csv", last, "%d", ",", header=names, comments="")
    np.savetxt(tmp_path / "b.csv", flat, "%d", ",")
    status, out, _ = ask(tmp_path / "a.csv", "--label", label)
    assert status == 0
    found, expected = table(out), table(ask(tmp_path / "b.csv")[1])
    assert [line["label"] for line in found] == [line["label"] for line in expected]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: SOURCE (see --help)"),
        (["none.png"], "none.png: no such file or folder"),
        (["params.yaml"], "params.yaml: not a picture of a known kind"),
        (["-", "-"], "standard input (-) can be named only once"),
        (["IMAGES", "none.png"], "none.png: no such file or folder"),
        (["IMAGES", "--family", "nobody"], "params.yaml: families: unknown family 'nobody'"),
        (["IMAGES", "--family", "lenet5"], "data/models/lenet5: no model here; run `dvc repro"),
        (["IMAGES", "--top", "11"], "--top: got 11, expected 1 to 10, the number of classes"),
        (["IMAGES", "--top", "0"], "--top: got 0, expected 1 to 10"),
        (["IMAGES", "--top", "many"], "argument --top: invalid int value: 'many' (see --help)"),
        (["IMAGES", "--reject", "1.5"], "--reject: got 1.5, expected a probability"),
        (["IMAGES", "--reject", "nan"], "--reject: got nan, expected a probability"),
        (["IMAGES", "--format", "xml"], "argument --format: invalid choice: 'xml'"),
        (["IMAGES", "--output", "data"], "--output: data is a folder, expected a file's name"),
        (["IMAGES", "--output", "params.yaml/a"], "--output: params.yaml/a cannot be written"),
    ],
)
def test_mistakes_are_one_line_and_nothing_is_written(ask, tmp_path, rows, arguments, message):
    write_idx(tmp_path / "images", rows.images[:3])
    paths = [str(tmp_path / "images") if each == "IMAGES" else each for each in arguments]
    status, out, err = ask(*paths)
    assert status.startswith(f"error: {message}")
    assert "\n" not in status
    assert (out, err) == ("", "")


def test_files_that_cannot_be_used_are_one_line(ask, tmp_path, rows):
    write_idx(tmp_path / "cut-idx3-ubyte", rows.images)
    content = (tmp_path / "cut-idx3-ubyte").read_bytes()
    (tmp_path / "cut-idx3-ubyte").write_bytes(content[:-1])
    (tmp_path / "uneven.csv").write_text("0," * 783 + "0\n" + "0," * 784 + "0\n")
    (tmp_path / "folder").mkdir()
    Image.new("1", (20_000, 20_000)).save(tmp_path / "bomb.png")
    Image.new("L", (1, 1)).save(tmp_path / "dot.png")
    for name, message in (
        ("cut-idx3-ubyte", "156799 bytes of pixels, but its header announces 200 images"),
        ("uneven.csv", "line 2: 785 values, expected 784"),
        ("folder", "no picture in this folder"),
        ("bomb.png", "more than 50,000,000 pixels; make it smaller"),
        ("dot.png", "1x1 pixels, too few to show a digit"),
    ):
        status, out, err = ask(tmp_path / name, "--output", tmp_path / "answers.csv")
        assert status.startswith(f"error: {tmp_path / name}: {message}")
        assert "\n" not in status
        assert (out, err) == ("", "")
        assert not (tmp_path / "answers.csv").exists()


def test_a_source_is_not_overwritten(ask, tmp_path, rows):
    write_idx(tmp_path / "images", rows.images[:3])
    status, _, _ = ask(tmp_path / "images", "--output", tmp_path / "folder/../images")
    assert status.endswith("images is one of the sources and would be lost")
    assert (tmp_path / "images").stat().st_size == 16 + 3 * 784


def test_help_shows_examples(ask):
    status, out, _ = ask("--help")
    assert status == 0
    assert "python -m stages.serving.predict seven.jpg" in out
    assert "--reject" in out


def test_as_a_command(trained, tmp_path, rows):
    """A process of its own: its exit code, and a reader who leaves after one line."""
    write_idx(tmp_path / "images", np.repeat(rows.images, 20, axis=0))
    command = f"{sys.executable} -m stages.serving.predict"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}

    def shell(line):
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", line],
            cwd=trained[0],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    done = shell(f"{command} {tmp_path}/images | head -n 1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "source,label,probability,runner_up,runner_up_probability\n"
    done = shell(f"{command} none.png")
    assert done.returncode == 1
    assert done.stderr == "error: none.png: no such file or folder\n"
    assert done.stdout == ""
