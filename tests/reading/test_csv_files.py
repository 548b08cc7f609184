import gzip

import numpy as np
import pytest

from stages.reading import csv_rows
from stages.reading.csv_files import open_csv, parts

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
FLAT = IMAGES.reshape(3, 784)
NAMES = [f"pixel{number}" for number in range(784)]
LABELLED = ["label", *NAMES]


def text(rows, header=(), separator=",", end="\n"):
    lines = [separator.join(map(str, line)) + end for line in [header, *rows] if len(line)]
    return "".join(lines)


def labelled(rows, label="7", at=0):
    return [[*row[:at], label, *row[at:]] for row in rows]


def changed(row, column, value):
    rows = FLAT.astype(str).tolist()
    rows[row][column] = value
    return rows


def read(path):
    rows = open_csv(path)
    assert rows.count is None
    return np.concatenate(list(rows.chunks))


@pytest.fixture
def file(tmp_path):
    """Writes a.csv, and returns its path."""

    def file(content):
        path = tmp_path / "a.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return file


@pytest.mark.parametrize(
    "content",
    [
        text(FLAT),
        text(FLAT)[:-1],
        text(FLAT, end="\r\n"),
        text(FLAT, NAMES),
        text(labelled(FLAT)),
        text(labelled(FLAT), LABELLED),
        text(labelled(FLAT, "seven"), LABELLED),
        "\ufeff" + text(FLAT),
        "\ufeff" + text(labelled(FLAT), LABELLED, end="\r\n"),
        text(FLAT[:, ::-1], NAMES[::-1]),
        text([[f'"{value}"' for value in row] for row in FLAT], [f'"{name}"' for name in NAMES]),
        text([[f"{value}.0" for value in row] for row in FLAT], separator=", "),
        text(FLAT) + "\n\n",
        text(labelled(FLAT, "seven")),
        text(labelled(FLAT), ["label", *(f"{n // 28}x{n % 28}" for n in range(784))]),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_headers_labels_and_line_ends(file, pack, content):
    np.testing.assert_array_equal(read(file(pack(content.encode()))), IMAGES)


def test_many_rows_come_in_chunks_and_are_counted_through(file, refused, monkeypatch):
    monkeypatch.setattr(csv_rows, "CHUNK", 2)
    rows = [*labelled(FLAT), *labelled(FLAT[:2])]
    assert [len(part) for part in open_csv(file(text(rows))).chunks] == [2, 2, 1]
    # Of rows that begin a chunk pandas takes any number of values.
    for wrong, message in (
        ([*rows[4][:784], "x"], r"a\.csv:4: pixel783: got 'x'"),
        ([*rows[4], 5], r"a\.csv:4: more than 785 values in this row, expected 785"),
        ([*rows[4], 5, 6, 7], r"a\.csv:4: more than 785 values in this row, expected 785"),
    ):
        with refused(message):
            list(open_csv(file(text([*rows[:4], wrong]))).chunks)


def test_bad_rows_are_left_out_and_each_is_told_by_its_number(file, monkeypatch):
    monkeypatch.setattr(csv_rows, "CHUNK", 4)
    good = [[label, *FLAT[0]] for label in range(5)]
    bad = [
        ["a", *FLAT[0], 1],
        ["b", *FLAT[0], 1, 2, 3],
        ["c", *FLAT[0][:-2]],
        ["", *FLAT[0]],
        ["d", "ink", *FLAT[0][1:]],
    ]
    (part,) = parts(file(text([each for pair in zip(good, bad, strict=True) for each in pair])), 0)
    assert [label for _, labels in part.chunks for label in labels] == list("01234")
    told = [line.split("a.csv:")[1] for line in part.bad]
    assert sorted(told) == [
        "1: more than 785 values in this row, expected 785",
        "3: 788 values in this row, expected 785",
        "5: pixel782: got nothing, expected a whole number from 0 to 255",
        "7: got no label, expected one in every row",
        "9: pixel0: got 'ink', expected a whole number from 0 to 255",
    ]


@pytest.mark.parametrize(
    ("content", "label", "expected"),
    [
        (text(labelled(FLAT)), "label", "7"),
        (text(labelled(FLAT, "NA"), LABELLED), "label", "NA"),
        (text(labelled(FLAT, "sieben "), LABELLED), 0, "sieben"),
        (text(labelled(FLAT, "ä", 784), [*NAMES, "digit"]), "digit", "ä"),
        (text(labelled(FLAT, "7", 784), [*NAMES, "digit"]), -1, "7"),
        (text(labelled(FLAT, "b", 784)), 784, "b"),
        (text(labelled(FLAT, "07", 5)), 5, "07"),
        (text(labelled(FLAT, "7", 784)), -1, "7"),
        (text(labelled(FLAT, "5.0"), LABELLED), "label", "5"),
        (text(labelled(FLAT, "-5.00")), 0, "-5"),
        (text(labelled(FLAT, "5.5")), 0, "5.5"),
        (text(labelled(FLAT, "9" * 5000)), 0, "9" * 5000),
    ],
)
def test_labels_by_name_and_by_position(file, content, label, expected):
    (part,) = parts(file(content), label)
    ((images, labels),) = part.chunks
    assert labels == [expected] * 3
    np.testing.assert_array_equal(images, IMAGES)


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
        (text([*FLAT, [*FLAT[0], 3]]), r"a\.csv:3: more than 784 values in this row"),
        (text([*FLAT, [*FLAT[0], 3]], NAMES), r"a\.csv:3: more than 784 values in this row"),
        (
            text([*FLAT, *[[*FLAT[0], 3, 4]] * 2], NAMES),
            r"a\.csv:3: 786 values in this row, expected 784",
        ),
        (text([FLAT[0], FLAT[1][:-3]]), r"a\.csv:1: pixel781: got nothing"),
        (text([FLAT[0][:-3], FLAT[1][:-3]], NAMES), r"a\.csv:0: pixel781: got nothing"),
        (text(labelled(FLAT), NAMES), r"a\.csv:0: more than 784 values in this row"),
        (text(FLAT) + '"', "not a table of commas|got nothing"),
        (gzip.compress(text(FLAT).encode())[:-40], r"a\.csv: is damaged"),
        (b"\xff\xfe1,2\n", r"a\.csv: "),
        (text(FLAT).encode() + b"\xff,\xfe\n", r"a\.csv: "),
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("\ufeff", "0 columns, expected 784"),
        (text([FLAT[0][:700]]), "700 columns, expected 784 pixels, or 785 columns"),
        (text(FLAT, separator=";"), "not separated by commas"),
        (text([NAMES], separator="\t"), "not separated by commas"),
        (text([NAMES[2:]]), "missing columns: 'pixel1' and 1 more; expected pixel0"),
        (text([NAMES[:5]]), "missing columns: 'pixel5' and 778 more"),
        (text([["pixel0", *NAMES[:-1]]]), "columns named twice: 'pixel0'"),
        (text([[*NAMES, "pixel784"]]), "unknown columns: 'pixel784'"),
        (text([["", "", *NAMES[1:]]]), "missing columns: 'pixel784'"),
        (text([[f"p{n}" for n in range(783)]]), "783 columns beside the label"),
    ],
)
def test_a_wrong_table_is_one_line(file, refused, content, message):
    with refused(message):
        read(file(content))


def save(path, images, labels=None, header=(), pack=bytes):
    rows = images.reshape(len(images), -1)
    if labels is not None:
        rows = [[label, *row] for label, row in zip(labels, rows, strict=True)]
    path.write_bytes(pack(text(rows, header).encode()))


def test_kaggles_pair(tmp_path, rows, brought):
    save(tmp_path / "train.csv", rows.images, rows.labels, LABELLED)
    save(tmp_path / "test.csv", rows.images[::-1], None, NAMES)
    arrays, dataset = brought(parts(tmp_path, "label"))
    assert dataset == {"name": "mine", "classes": list("0123456789"), "brightest": 255}
    np.testing.assert_array_equal(arrays.pop("train-images-idx3-ubyte"), rows.images)
    np.testing.assert_array_equal(arrays.pop("train-labels-idx1-ubyte"), rows.labels)
    np.testing.assert_array_equal(arrays.pop("unlabelled-images-idx3-ubyte"), rows.images[::-1])
    assert not arrays


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


def test_without_a_train_file_or_its_labels(tmp_path, rows, refused):
    with refused("no such file or folder; download.source"):
        parts(tmp_path / "none", "label")
    with refused(r"no train\.csv or train\.csv\.gz in it"):
        parts(tmp_path, "label")
    save(tmp_path / "train.csv", rows.images)
    with refused(r"train\.csv: no column of labels; expected one called"):
        parts(tmp_path, "label")
