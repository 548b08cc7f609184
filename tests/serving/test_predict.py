import csv
import io
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from stages.reading.idx import write_idx
from stages.serving.averaging import mean_score
from tests.serving.conftest import CLASSES, ROOT, TOLERANCE

HEADER = ["source", "label", "probability", "runner_up", "runner_up_probability", "note"]


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
    powers = np.exp(pixels @ weights.coef_.T + weights.intercept_)
    return powers / powers.sum(axis=1, keepdims=True)


def table(text):
    """{column: (n,)} of a CSV."""
    header, *lines = csv.reader(io.StringIO(text))
    return dict(zip(header, np.array(lines).T, strict=True))


def clear(scores):
    """Rows whose best three scores are further apart than rounding."""
    third, second, best = np.sort(scores, axis=1)[:, -3:].T
    return np.minimum(best - second, second - third) > TOLERANCE * np.maximum(1, np.abs(best))


def agree(found, scores, columns):
    """Checks columns of labels and of scores, from the best class on."""
    order, sure = np.argsort(-scores, axis=1), clear(scores)
    for (label, value), classes in zip(columns, order.T, strict=False):
        expected = scores[np.arange(len(scores)), classes]
        np.testing.assert_allclose(
            found[value].astype(float), expected, rtol=TOLERANCE, atol=TOLERANCE
        )
        assert (found[label] == np.array(CLASSES)[classes])[sure].all()


def save_all(folder, images):
    folder.mkdir()
    for n, image in enumerate(images):
        Image.fromarray(image).save(folder / f"{n:03}.png")
    return folder


def test_rows_get_the_models_own_labels_and_probabilities(ask, images, rows, probabilities):
    status, out, err = ask(images)
    assert (status, err) == (0, "")
    found = table(out)
    assert list(found) == HEADER
    assert list(found["source"]) == [f"{images}:{n}" for n in range(200)]
    agree(found, probabilities, [HEADER[1:3], HEADER[3:5]])
    assert (found["label"] == np.array(CLASSES)[rows.labels]).mean() > 0.7


def test_every_kind_of_source_gives_the_same(ask, tmp_path, images, rows):
    pixels = ",".join(f"pixel{n}" for n in range(784))
    flat = np.column_stack([rows.images.reshape(200, -1), rows.labels])
    for name, moved, header in (("a.csv", 0, f"{pixels},digit"), ("c.csv", 1, f"label,{pixels}")):
        lines = np.roll(flat, moved, axis=1)
        np.savetxt(tmp_path / name, lines, "%d", ",", header=header, comments="")
    np.savez_compressed(tmp_path / "b.npz", x_test=rows.images, y_test=rows.labels)
    folder = save_all(tmp_path / "f", rows.images)
    expected = table(ask(images)[1])
    sources = [[tmp_path / "b.npz"], [tmp_path / "c.csv"], [folder]]
    sources += [[tmp_path / "a.csv", "--label", label] for label in ("digit", "784", "-1")]
    for source in sources:
        status, out, _ = ask(*source)
        found = table(out)
        assert status == 0
        assert len(set(found["source"])) == 200
        assert all((found[column] == expected[column]).all() for column in HEADER[1:])


def test_json_lines_and_the_best_few(ask, images, probabilities):
    _, out, _ = ask(images, "--format", "jsonl", "--top", 10)
    lines = [json.loads(line) for line in out.splitlines()]
    for line, expected in zip(lines, probabilities, strict=True):
        ends = ["", *(f"_{n}" for n in range(2, 11))]
        found = {line[f"label{end}"]: line[f"probability{end}"] for end in ends}
        np.testing.assert_allclose([found[name] for name in CLASSES], expected, atol=TOLERANCE)


def test_doubtful_digits_are_rejected_and_counted(ask, images, probabilities):
    _, out, err = ask(images, "--reject", 0.9)
    best, rejected = probabilities.max(axis=1), table(out)["label"] == ""
    assert 0 < rejected.sum() < 200
    sure = np.abs(best - 0.9) > TOLERANCE
    np.testing.assert_array_equal(rejected[sure], (best < 0.9)[sure])
    assert err == f"rejected: {rejected.sum()} digits below 0.9\n"


def test_a_family_without_probabilities_has_scores(ask, fitted, images, rows):
    status, out, _ = ask(images, "--family", "sgd")
    scores = fitted[1]["sgd"].decision_function(rows.images.reshape(200, -1) / np.float32(255))
    assert status == 0
    agree(table(out), scores, [("label", "score"), ("runner_up", "runner_up_score")])
    status, out, _ = ask(images, "--family", "sgd", "--reject", 0.5)
    assert status.startswith("error: --reject: sgd gives scores that are no probabilities")
    assert out == ""


def test_blank_pictures_are_warned_of_and_have_no_label(ask, tmp_path, rows):
    blank = np.full((5, 28, 28), 255, np.uint8)
    folder = save_all(tmp_path / "pictures", [*rows.images[:2], *blank])
    status, out, err = ask(folder)
    assert status == 0
    assert (table(out)["label"] == "").tolist() == [False] * 2 + [True] * 5
    assert err == (
        f"warning: {folder}/002.png, {folder}/003.png, {folder}/004.png and 2 more: "
        "blank, no digit to be seen\n"
    )


def test_a_broken_picture_stops_no_other(ask, tmp_path, rows):
    folder, answers = save_all(tmp_path / "pictures", rows.images[:4]), tmp_path / "answers.csv"
    expected = ask(folder)[1].splitlines()
    for number in (1, 3):
        (folder / f"{number:03}.png").write_bytes(b"no picture")
    for output in ([], ["--output", answers]):
        status, out, err = ask(folder, "--reject", "0", *output)
        assert status == (
            "error: 2 of 4 sources could not be read, and the note says why: "
            f"{folder}/001.png, {folder}/003.png"
        )
        assert err == "rejected: 0 digits below 0.0\n"
        lines = (out or answers.read_text()).splitlines()
        assert [lines[n] for n in (0, 1, 3)] == [expected[n] for n in (0, 1, 3)]
        assert lines[2].startswith(f'{folder}/001.png,,,,,"not a picture of a known kind')


def test_the_average_over_moved_digits(ask, fitted, tmp_path, rows, images):
    asked = {
        "probability": ("logistic", lambda x: fitted[1]["logistic"][-1].predict_proba(np.sqrt(x))),
        "score": ("sgd", fitted[1]["sgd"].decision_function),
    }
    for measure, (family, score) in asked.items():
        expected = mean_score(lambda x, f=score: f(x.reshape(-1, 784) / 255), rows.images)
        _, out, _ = ask(images, "--average", "--family", family)
        columns = [("label", measure), ("runner_up", f"runner_up_{measure}")]
        agree(table(out), expected, columns)
    blank = save_all(tmp_path / "blank", [np.full((28, 28), 255, np.uint8)])
    status, out, _ = ask(blank, "--average", "--many")
    assert (status, out.splitlines()[1:]) == (0, [f"{blank}/000.png,,,,,blank"])


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
        (["IMAGES", "--family", "ensemble"], "data/ensemble/weights.json: no such file; run `dvc"),
        (["IMAGES", "--top", "11"], "--top: got 11, expected 1 to 10, the number of classes"),
        (["IMAGES", "--top", "0"], "--top: got 0, expected 1 to 10"),
        (["IMAGES", "--reject", "1.5"], "--reject: got 1.5, expected a probability"),
        (["IMAGES", "--reject", "nan"], "--reject: got nan, expected a probability"),
        (["IMAGES", "--output", "data"], "--output: data is a folder, expected a file's name"),
        (["IMAGES", "--output", "/dev/null"], "--output: /dev/null is no regular file, expected"),
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
    assert done.stdout == ",".join(HEADER) + "\n"
