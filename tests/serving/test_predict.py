import csv
import io
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from PIL import Image

from stages.reading.idx import write_idx
from tests.serving.conftest import CLASSES, ROOT

ROUNDING = 1e-4


@pytest.fixture
def ask(project, digits_command):
    return lambda *arguments: digits_command("predict", *arguments)


@pytest.fixture
def rows(digits):
    return digits.take(np.arange(500, 700))


@pytest.fixture
def images(tmp_path, rows):
    write_idx(tmp_path / "images", rows.images)
    return tmp_path / "images"


@pytest.fixture
def probabilities(fitted, rows):
    """(200, 10) by hand: softmax of the weights times the square root of 0..1."""
    weights = fitted[1]["logistic"][-1]
    pixels = np.sqrt(rows.images.reshape(200, 784) / 255)
    logits = pixels @ weights.coef_.T + weights.intercept_
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def named(lines, column="label"):
    return np.array([line[column] for line in lines])


def without_sources(text):
    return [line | {"source": ""} for line in table(text)]


def clear(scores):
    """Rows whose best three scores are further apart than rounding."""
    third, second, best = np.sort(scores, axis=1)[:, -3:].T
    return np.minimum(best - second, second - third) > ROUNDING * np.maximum(1, np.abs(best))


def save_all(folder, images):
    folder.mkdir()
    for n, image in enumerate(images):
        Image.fromarray(image).save(folder / f"{n:03}.png")
    return folder


def test_rows_get_the_models_own_labels_and_probabilities(ask, images, rows, probabilities):
    status, out, err = ask(images)
    assert (status, err) == (0, "")
    lines, sure = table(out), clear(probabilities)
    assert [line["source"] for line in lines] == [f"{images}:{n}" for n in range(200)]
    order = np.argsort(-probabilities, axis=1)
    for place, (label, value) in enumerate(
        (("label", "probability"), ("runner_up", "runner_up_probability"))
    ):
        expected = np.take_along_axis(probabilities, order, axis=1)[:, place]
        np.testing.assert_allclose(named(lines, value).astype(float), expected, atol=ROUNDING)
        wanted = np.array(CLASSES)[order[:, place]]
        assert (named(lines, label) == wanted)[sure].all()
    assert (named(lines) == np.array(CLASSES)[rows.labels]).mean() > 0.7


def test_every_kind_of_source_gives_the_same(ask, tmp_path, images, rows):
    np.savez_compressed(tmp_path / "b.npz", x_test=rows.images, y_test=rows.labels)
    flat = rows.images.reshape(200, -1)
    labelled = np.column_stack([rows.labels, flat])
    pixels = [f"pixel{n}" for n in range(784)]
    header = {"header": ",".join(["label", *pixels]), "comments": ""}
    np.savetxt(tmp_path / "c.csv", labelled, "%d", ",", **header)
    np.savetxt(tmp_path / "d.csv", labelled, "%d", ",")
    last = {"header": ",".join([*pixels, "digit"]), "comments": ""}
    np.savetxt(tmp_path / "e.csv", np.column_stack([flat, rows.labels]), "%d", ",", **last)
    folder = save_all(tmp_path / "f", rows.images)
    expected = without_sources(ask(images)[1])
    sources = [[tmp_path / "b.npz"], [tmp_path / "c.csv"], [tmp_path / "d.csv"], [folder]]
    sources += [[tmp_path / "e.csv", "--label", label] for label in ("digit", "784", "-1")]
    for source in sources:
        status, out, _ = ask(*source)
        assert status == 0
        assert len(set(named(table(out), "source"))) == 200
        assert without_sources(out) == expected


def test_scanned_digits_are_read_as_well_as_plain_ones(ask, tmp_path, rows):
    rng = np.random.default_rng(0)
    sheets = np.zeros((60, 200, 220), np.uint8)
    for sheet, image in zip(sheets, rows.images, strict=False):
        top, left = rng.integers(0, (60, 80))
        sheet[top : top + 140, left : left + 140] = cv2.resize(image, (140, 140))
    padded = np.pad(rows.images[:60], [(0,), (6,), (6,)])
    plain = named(table(ask(save_all(tmp_path / "plain", padded))[1]))
    scans = named(table(ask(save_all(tmp_path / "scans", 255 - sheets))[1]))
    assert (plain == scans).mean() > 0.9


def test_json_lines_and_the_best_few(ask, images, probabilities):
    _, out, _ = ask(images, "--format", "jsonl", "--top", 10)
    lines = [json.loads(line) for line in out.splitlines()]
    for line, expected in zip(lines, probabilities, strict=True):
        found = {line[f"label_{n}"]: line[f"probability_{n}"] for n in range(1, 11)}
        np.testing.assert_allclose([found[name] for name in CLASSES], expected, atol=ROUNDING)


def test_doubtful_digits_are_rejected_and_counted(ask, images, probabilities):
    _, out, err = ask(images, "--reject", 0.9)
    best, rejected = probabilities.max(axis=1), named(table(out)) == ""
    assert 0 < rejected.sum() < 200
    sure = np.abs(best - 0.9) > ROUNDING
    np.testing.assert_array_equal(rejected[sure], (best < 0.9)[sure])
    assert err == f"rejected: {rejected.sum()} digits below 0.9\n"


def test_a_family_without_probabilities_has_scores(ask, fitted, images, rows):
    status, out, _ = ask(images, "--family", "sgd")
    lines = table(out)
    scores = fitted[1]["sgd"].decision_function(rows.images.reshape(200, -1) / np.float32(255))
    assert status == 0
    assert list(lines[0]) == ["source", "label", "score", "runner_up", "runner_up_score"]
    sure = clear(scores)
    assert (named(lines) == np.array(CLASSES)[scores.argmax(axis=1)])[sure].all()
    np.testing.assert_allclose(
        named(lines, "score").astype(float), scores.max(axis=1), rtol=ROUNDING, atol=ROUNDING
    )
    status, out, _ = ask(images, "--family", "sgd", "--reject", 0.5)
    assert status.startswith("error: --reject: sgd gives scores that are no probabilities")
    assert out == ""


def test_blank_pictures_are_warned_of_and_have_no_label(ask, tmp_path, rows):
    folder = save_all(tmp_path / "pictures", rows.images[:2])
    for n in range(5):
        Image.new("L", (50, 50), 255).save(folder / f"blank{n}.png")
    status, out, err = ask(folder)
    assert status == 0
    assert (named(table(out)) == "").tolist() == [False] * 2 + [True] * 5
    assert err == (
        f"warning: {folder}/blank0.png, {folder}/blank1.png, {folder}/blank2.png and 2 more: "
        "blank, no digit to be seen\n"
    )


def test_standard_input(ask, monkeypatch, tmp_path, rows):
    folder = save_all(tmp_path / "one", rows.images[:1])
    content = io.BytesIO((folder / "000.png").read_bytes())
    (expected,) = table(ask(folder)[1])
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=content))
    (line,) = table(ask("-")[1])
    assert line == expected | {"source": "-"}


def test_output_holds_what_would_be_printed(ask, tmp_path, images):
    _, printed, _ = ask(images)
    assert ask(images, "--output", tmp_path / "new/answers.csv") == (0, "", "")
    assert (tmp_path / "new/answers.csv").read_text() == printed


def test_a_mistake_in_the_last_row_leaves_the_old_output(ask, tmp_path, rows):
    flat = np.tile(rows.images.reshape(200, -1).astype(int), (6, 1))
    flat[-1, 5] = 300
    np.savetxt(tmp_path / "a.csv", flat, "%d", ",")
    (tmp_path / "answers.csv").write_text("old")
    status, out, err = ask(tmp_path / "a.csv", "--output", tmp_path / "answers.csv")
    assert status.startswith(f"error: {tmp_path}/a.csv:1199: pixel5: got 300, expected")
    assert (out, err) == ("", "")
    assert (tmp_path / "answers.csv").read_text() == "old"
    assert not list(tmp_path.glob(".*"))


def test_file_names_that_are_no_text(ask, tmp_path, rows):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png")
    with open(name, "wb") as file:  # noqa: PTH123
        Image.fromarray(rows.images[0]).save(file, "PNG")
    status, _, _ = ask(name, "--output", tmp_path / "answers.csv")
    assert status == 0
    assert b"\xff.png,digit" in (tmp_path / "answers.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.png"], "none.png: no such file or folder"),
        (["params.yaml"], "params.yaml: not a picture of a known kind"),
        (["-", "-"], "standard input (-) can be named only once"),
        (["IMAGES", "none.png"], "none.png: no such file or folder"),
        (["IMAGES", "--family", "nobody"], "params.yaml: families: unknown family 'nobody'"),
        (["IMAGES", "--family", "lenet5"], "data/models/lenet5: no model here; run `dvc repro"),
        (["IMAGES", "--top", "11"], "--top: got 11, expected 1 to 10, the number of classes"),
        (["IMAGES", "--top", "0"], "--top: got 0, expected 1 to 10"),
        (["IMAGES", "--reject", "1.5"], "--reject: got 1.5, expected a probability"),
        (["IMAGES", "--reject", "nan"], "--reject: got nan, expected a probability"),
        (["IMAGES", "--output", "data"], "--output: data is a folder, expected a file's name"),
        (["IMAGES", "--output", "params.yaml/a"], "--output: params.yaml/a cannot be written"),
        (["IMAGES", "--output", "data/../../images"], "--output: data/../../images is one of the"),
    ],
)
def test_mistakes_are_one_line_and_nothing_is_written(ask, images, arguments, message):
    before = images.read_bytes()
    status, out, err = ask(*(images if each == "IMAGES" else each for each in arguments))
    assert status.startswith(f"error: {message}")
    assert "\n" not in status
    assert (out, err) == ("", "")
    assert images.read_bytes() == before


def test_a_reader_who_leaves_early_is_no_error(project, tmp_path, rows):
    write_idx(tmp_path / "many", np.repeat(rows.images, 20, axis=0))
    line = f"{sys.executable} -m stages predict '{tmp_path}/many' | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "source,label,probability,runner_up,runner_up_probability\n"
