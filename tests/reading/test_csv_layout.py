import io

import numpy as np
import pandas as pd
import pytest

from stages.reading.csv_files import parts
from stages.reading.csv_layout import read_layout

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
FLAT = IMAGES.reshape(3, 784)
NAMES = [f"pixel{number}" for number in range(784)]
FROM_1 = [f"pixel{number}" for number in range(1, 785)]
LABELS = ["5", "0", "4"]


def table(names=None, images=FLAT, **columns):
    """A frame with the columns before the pixels."""
    return pd.concat([pd.DataFrame(columns), pd.DataFrame(images, columns=names)], axis=1)


def written(frame, **options):
    file = io.StringIO()
    frame.to_csv(file, **options)
    return file.getvalue()


def commas(text):
    """The text with a comma at the end of each line."""
    return text.replace("\n", ",\n")


PLAIN = {"header": False, "index": False}


@pytest.mark.parametrize(
    ("content", "label", "aside"),
    [
        (written(table(FROM_1, label=LABELS), index=False), "label", []),
        (written(table(FROM_1).assign(digit=LABELS), index=False), "digit", []),
        (written(table(FROM_1[::-1], FLAT[:, ::-1], label=LABELS), index=False), 0, []),
        (written(table(NAMES, label=LABELS)), "label", ["column 0 (without a name)"]),
        (written(table(NAMES, label=LABELS)), 1, ["column 0 (without a name)"]),
        (
            written(table(NAMES, id=range(3), label=LABELS, by="me"), index=False),
            1,
            ["'id'", "'by'"],
        ),
        (written(table(label=LABELS)), "label", ["column 0 (without a name)"]),
        (written(table(ID=range(3), label=LABELS), index=False), "label", ["'ID'"]),
        (
            written(table(**{"Unnamed: 0": range(3)}, label=LABELS)),
            -785,
            ["column 0 (without a name)", "'Unnamed: 0'"],
        ),
        (commas(written(table(NAMES, label=LABELS), index=False)), "label", []),
        (commas(written(table(FROM_1, label=LABELS), index=False)), -785, []),
        (commas(written(table(label=LABELS), **PLAIN)), "label", []),
        (commas(written(table().assign(digit=LABELS), **PLAIN)), -1, []),
    ],
)
def test_labels_and_pixels_are_found_among_other_columns(tmp_path, capsys, content, label, aside):
    (tmp_path / "a.csv").write_text(content)
    ((images, labels),) = parts(tmp_path / "a.csv", label)[0].chunks
    np.testing.assert_array_equal(images, IMAGES)
    assert labels == LABELS
    told = [f"{tmp_path}/a.csv: not used: {', '.join(aside)}"] if aside else []
    assert capsys.readouterr().err.splitlines() == told


@pytest.mark.parametrize(
    ("content", "pixels"),
    [
        (written(table(FROM_1, id=range(3)), index=False), 1),
        (written(table(NAMES)), 1),
        (written(table()), 1),
        (written(table(), index=False), 0),
        (commas(written(table(), **PLAIN)), 0),
    ],
)
def test_files_without_labels_have_other_columns_too(tmp_path, content, pixels):
    (tmp_path / "a.csv").write_text(content)
    layout = read_layout(tmp_path / "a.csv", "label")
    assert (layout.label, layout.pixels[0], len(layout.aside)) == (None, pixels, pixels)


def test_a_position_at_which_a_pixel_stands_is_no_label(tmp_path):
    (tmp_path / "a.csv").write_text(written(table(FROM_1, id=range(3)), index=False))
    assert read_layout(tmp_path / "a.csv", 1).label is None


@pytest.mark.parametrize(
    ("frame", "label", "message"),
    [
        (table(NAMES, label=LABELS), 785, "no column 785: it has 785, counted from 0"),
        (table(NAMES, label=LABELS), -786, "no column -786: it has 785, counted from 0"),
        (table(NAMES, digit=LABELS), "label", "expected one called 'label' .+not used: 'digit'"),
        (table(digit=LABELS), "label", r"785 columns beside the label \(label\), expected 784"),
        (table([*NAMES[:-1], "label"], label=LABELS), "label", "columns named twice: 'label'"),
        (table([*NAMES[:-1], "pixel9"], label=LABELS), 0, "columns named twice: 'pixel9'"),
    ],
)
def test_what_is_not_among_the_columns_is_one_line(tmp_path, refused, frame, label, message):
    frame.to_csv(tmp_path / "a.csv", index=False)
    with refused(message):
        parts(tmp_path / "a.csv", label)


def test_a_last_pixel_that_is_missing_once_is_no_comma_at_the_end(tmp_path):
    content = written(table(label=LABELS), **PLAIN)
    (tmp_path / "a.csv").write_text(content[: content.index("\n")].rsplit(",", 1)[0] + ",\n")
    (part,) = parts(tmp_path / "a.csv", 0)
    assert [len(images) for images, _ in part.chunks] == [0]
    assert part.bad == [
        f"{tmp_path}/a.csv:0: pixel783: got nothing, expected a whole number from 0 to 255"
    ]
