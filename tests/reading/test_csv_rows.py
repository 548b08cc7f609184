import gzip

import numpy as np
import pytest

from stages.core.errors import UserError
from stages.reading import csv_rows
from stages.reading.csv_rows import open_csv, open_labelled_csv

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
    monkeypatch.setattr(csv_rows, "CHUNK", 1000)
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
        (text(FLAT, NAMES), "label", None),
        (text(FLAT), 0, None),
    ],
)
def test_labels_by_name_and_by_position(tmp_path, content, label, expected):
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    labelled, chunks = open_labelled_csv(tmp_path / "a.csv", label)
    ((images, labels),) = chunks
    assert labelled == (expected is not None)
    assert labels == expected
    np.testing.assert_array_equal(images, IMAGES)


def test_a_row_without_a_label_is_one_line(tmp_path):
    rows = labelled(FLAT)
    rows[2][0] = ""
    (tmp_path / "a.csv").write_text(text(rows, ["label", *NAMES]))
    _, chunks = open_labelled_csv(tmp_path / "a.csv", "label")
    with pytest.raises(UserError, match=r"a\.csv:2: got no label, expected one in every row"):
        list(chunks)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("\ufeff", "0 columns, expected 784"),
        (text([], NAMES), "holds no row"),
        (text(FLAT[:, :700]), "700 columns, expected 784 pixels, or 785 columns"),
        (text(FLAT, separator=";"), "not separated by commas"),
        (text(FLAT, NAMES, separator="\t"), "not separated by commas"),
        (text(FLAT[:, 2:], NAMES[2:]), "missing columns: 'pixel0' and 1 more"),
        (text(FLAT[:, :5], NAMES[:5]), "missing columns: 'pixel5' and 778 more"),
        (text(FLAT, ["pixel0", *NAMES[:-1]]), "columns named twice: 'pixel0'"),
        (text(labelled(FLAT), ["digit", *NAMES]), "unknown columns: 'digit'"),
        (text(changed(0, 9, "ink")), r"a\.csv:0: pixel9: got 'ink', expected a whole"),
        (text(FLAT[:, 1:], [f"p{n}" for n in range(783)]), "783 columns beside the label"),
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


@pytest.mark.parametrize("content", [b"\xff\xfe1,2\n", text(FLAT).encode() + b"\xff,\xfe\n"])
def test_text_that_is_not_utf8_is_one_line(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(UserError, match=r"a\.csv: ") as error:
        read(tmp_path / "a.csv")
    assert "\n" not in str(error.value)
