import gzip

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.reading import csv_files
from stages.reading.csv_files import open_csv, parts

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
FLAT = IMAGES.reshape(3, 784)
NAMES = [f"pixel{number}" for number in range(784)]


def text(rows, header=None, separator=",", end="\n"):
    lines = ([header] if header else []) + [list(map(str, row)) for row in rows]
    return "".join(separator.join(line) + end for line in lines)


def labelled(rows, label="7"):
    return [[label, *row] for row in rows]


def changed(row, column, value):
    rows = [list(map(str, each)) for each in FLAT]
    rows[row][column] = value
    return rows


def read(path):
    rows = open_csv(path)
    assert rows.count is None
    return np.concatenate(list(rows.chunks))


@pytest.mark.parametrize(
    "content",
    [
        text(FLAT),
        text(FLAT)[:-1],
        text(FLAT, end="\r\n"),
        text(FLAT, NAMES),
        text(labelled(FLAT)),
        text(labelled(FLAT), ["label", *NAMES]),
        text(labelled(FLAT, "seven"), ["label", *NAMES]),
        "\ufeff" + text(FLAT),
        "\ufeff" + text(labelled(FLAT), ["label", *NAMES], end="\r\n"),
        text(FLAT[:, ::-1], NAMES[::-1]),
        text([[f'"{value}"' for value in row] for row in FLAT], [f'"{name}"' for name in NAMES]),
        text([[f"{value}.0" for value in row] for row in FLAT], separator=", "),
        text(FLAT) + "\n\n",
        text(labelled(FLAT, "seven")),
        text(labelled(FLAT), ["label", *(f"{n // 28}x{n % 28}" for n in range(784))]),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_headers_labels_and_line_ends(tmp_path, pack, content):
    (tmp_path / "a.csv").write_bytes(pack(content.encode()))
    np.testing.assert_array_equal(read(tmp_path / "a.csv"), IMAGES)


def test_many_rows_come_in_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_files, "CHUNK", 1000)
    (tmp_path / "a.csv").write_text(text(np.tile(FLAT, (700, 1))))
    assert [len(part) for part in open_csv(tmp_path / "a.csv").chunks] == [1000, 1000, 100]


@pytest.mark.parametrize(
    ("content", "label", "expected"),
    [
        (text(labelled(FLAT)), "label", ["7"] * 3),
        (text(labelled(FLAT, "NA"), ["label", *NAMES]), "label", ["NA"] * 3),
        (text(labelled(FLAT, "sieben "), ["label", *NAMES]), 0, ["sieben"] * 3),
        (text([[*row, "ä"] for row in FLAT], [*NAMES, "digit"]), "digit", ["ä"] * 3),
        (text([[*row, "7"] for row in FLAT], [*NAMES, "digit"]), -1, ["7"] * 3),
        (text([[*row, "b"] for row in FLAT]), 784, ["b"] * 3),
        (text([[*row[:5], "07", *row[5:]] for row in FLAT]), 5, ["07"] * 3),
    ],
)
def test_labels_by_name_and_by_position(tmp_path, content, label, expected):
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    (part,) = parts(tmp_path / "a.csv", label)
    ((images, labels),) = part.chunks
    assert labels == expected
    np.testing.assert_array_equal(images, IMAGES)


def test_a_row_without_a_label_is_one_line(tmp_path):
    rows = labelled(FLAT)
    rows[2][0] = ""
    (tmp_path / "a.csv").write_text(text(rows, ["label", *NAMES]))
    (part,) = parts(tmp_path / "a.csv", "label")
    with pytest.raises(UserError, match=r"a\.csv:2: got no label, expected one in every row"):
        list(part.chunks)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (text([], NAMES), "holds no row"),
        (text(changed(0, 9, "ink")), r"a\.csv:0: pixel9: got 'ink', expected a whole"),
        (text(changed(1, 9, "ink"), NAMES), r"a\.csv:1: pixel9: got 'ink', expected a whole"),
        (text(changed(2, 783, "")), r"a\.csv:2: pixel783: got nothing"),
        (text(changed(2, 0, "NaN")), r"a\.csv:2: pixel0: got 'NaN'"),
        (text(changed(1, 5, "-1")), r"a\.csv:1: pixel5: got -1, expected"),
        (text(changed(1, 5, "256")), r"a\.csv:1: pixel5: got 256, expected"),
        (text(changed(1, 5, "0.5")), r"a\.csv:1: pixel5: got 0\.5, expected"),
        (text(changed(1, 5, "inf")), r"a\.csv:1: pixel5: got inf, expected"),
        (text(changed(1, 5, "9" * 400)), r"a\.csv:1: pixel5: got "),
        (text([["True"] * 784] * 2, NAMES), r"a\.csv:0: pixel0: got True"),
        (text([*FLAT, [*FLAT[0], 3]]), "line 4: 785 values, expected 784"),
        (text([*FLAT, [*FLAT[0], 3]], NAMES), "line 5: 785 values, expected 784"),
        (text([FLAT[0], FLAT[1][:-3]]), r"a\.csv:1: pixel781: got nothing"),
        (text([FLAT[0][:-3], FLAT[1][:-3]], NAMES), r"a\.csv:0: 781 values in this row"),
        (text([[*row, 1] for row in FLAT], NAMES), r"a\.csv:0: 785 values in this row"),
        (text(FLAT) + '"', "not a table of commas|got nothing"),
    ],
)
def test_a_wrong_table_is_one_line(tmp_path, content, message):
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=message) as error:
        read(tmp_path / "a.csv")
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400


def test_a_cut_gzip_is_one_line(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text(FLAT).encode())[:-40])
    with pytest.raises(UserError, match=r"a\.csv\.gz: is damaged"):
        read(tmp_path / "a.csv.gz")


@pytest.mark.parametrize("content", [b"\xff\xfe1,2\n", text(FLAT).encode() + b"\xff,\xfe\n"])
def test_text_that_is_not_utf8_is_one_line(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(UserError, match=r"a\.csv: ") as error:
        read(tmp_path / "a.csv")
    assert "\n" not in str(error.value)


def save(path, images, labels=None, header=None, pack=bytes):
    rows = images.reshape(len(images), -1).astype(str).tolist()
    if labels is not None:
        rows = [[str(label), *row] for label, row in zip(labels, rows, strict=True)]
    path.write_bytes(pack(text(rows, header).encode()))


def test_kaggles_pair(tmp_path, rows, brought):
    save(tmp_path / "train.csv", rows.images, rows.labels, ["label", *NAMES])
    save(tmp_path / "test.csv", rows.images[::-1], None, NAMES)
    arrays, dataset = brought(parts(tmp_path, "label"))
    assert dataset == {"name": "mine", "classes": list("0123456789"), "brightest": 255}
    assert set(arrays) == {
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "unlabelled-images-idx3-ubyte",
    }
    np.testing.assert_array_equal(arrays["train-images-idx3-ubyte"], rows.images)
    np.testing.assert_array_equal(arrays["train-labels-idx1-ubyte"], rows.labels)
    np.testing.assert_array_equal(arrays["unlabelled-images-idx3-ubyte"], rows.images[::-1])


def test_a_headerless_pair_gzipped_with_a_labelled_test_file(tmp_path, rows, brought):
    names = [f"digit {label}" for label in rows.labels]
    save(tmp_path / "train.csv.gz", rows.images, names, pack=gzip.compress)
    save(tmp_path / "test.csv", rows.images[5:8], names[5:8])
    arrays, dataset = brought(parts(tmp_path, "label"))
    assert dataset["classes"] == [f"digit {n}" for n in range(10)]
    np.testing.assert_array_equal(arrays["t10k-images-idx3-ubyte"], rows.images[5:8])
    assert arrays["t10k-labels-idx1-ubyte"].tolist() == rows.labels[5:8].tolist()


def test_one_file_and_light_paper(tmp_path, rows, brought):
    save(tmp_path / "mine.csv", 255 - rows.images, rows.labels)
    arrays, _ = brought(parts(tmp_path / "mine.csv", 0))
    assert set(arrays) == {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"}
    np.testing.assert_array_equal(arrays["train-images-idx3-ubyte"], rows.images)


def test_without_a_train_file_or_its_labels(tmp_path, rows):
    with pytest.raises(UserError, match="no such file or folder; download.source"):
        parts(tmp_path / "none", "label")
    with pytest.raises(UserError, match=r"no train\.csv or train\.csv\.gz in it"):
        parts(tmp_path, "label")
    save(tmp_path / "train.csv", rows.images)
    with pytest.raises(UserError, match=r"train\.csv: no column of labels; expected one called"):
        parts(tmp_path, "label")


def test_a_label_that_no_training_row_has(tmp_path, rows, brought):
    save(tmp_path / "train.csv", rows.images, rows.labels)
    save(tmp_path / "test.csv", rows.images[:2], [3, "x"])
    with pytest.raises(UserError, match=r"test\.csv: row 1: label 'x' is no class of the training"):
        brought(parts(tmp_path, "label"))
